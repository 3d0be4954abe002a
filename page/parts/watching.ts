import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Store } from '../core/store.js';

/** Draws an element anew whenever one of the stores changes, for as long as it is in the page. */
export class Watching implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #stores: readonly Pick<Store<unknown>, 'subscribe'>[];
  #ends: (() => void)[] = [];

  constructor(host: ReactiveControllerHost, ...stores: readonly Pick<Store<unknown>, 'subscribe'>[]) {
    this.#host = host;
    this.#stores = stores;
    host.addController(this);
  }

  hostConnected(): void {
    this.#ends = this.#stores.map((store) => store.subscribe(() => this.#host.requestUpdate()));
  }

  hostDisconnected(): void {
    for (const end of this.#ends.splice(0)) end();
  }
}
