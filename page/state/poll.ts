import { Store } from '../core/store.js';

export interface Polled<T> {
  value?: T;
  /** Why the last attempt failed. The value before it stays. */
  error?: unknown;
}

/** Asks again and again while somebody looks, and at once when told that something has changed. */
export class Poll<T> {
  readonly state = new Store<Polled<T>>({});
  readonly #ask: () => Promise<T>;
  readonly #everyMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = false;
  #again = false;
  #running = false;

  constructor(ask: () => Promise<T>, everyMs: number) {
    this.#ask = ask;
    this.#everyMs = everyMs;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    document.addEventListener('visibilitychange', this.#onVisible);
    void this.#turn();
  }

  stop(): void {
    this.#running = false;
    document.removeEventListener('visibilitychange', this.#onVisible);
    clearTimeout(this.#timer);
  }

  /** Something has changed. Resolves when an answer that was asked for from now on is there. */
  async refresh(): Promise<void> {
    if (this.#asking) this.#again = true;
    else await this.#turn();
  }

  readonly #onVisible = (): void => {
    if (!document.hidden) void this.refresh();
  };

  async #turn(): Promise<void> {
    clearTimeout(this.#timer);
    this.#asking = true;
    do {
      this.#again = false;
      try {
        this.state.set({ value: await this.#ask() });
      } catch (error) {
        this.state.set({ ...this.state.value, error });
      }
    } while (this.#again && this.#running);
    this.#asking = false;
    if (!this.#running || document.hidden) return;
    this.#timer = setTimeout(() => void this.#turn(), this.#everyMs);
  }
}
