import { Client } from 'undici';
import type { Connector } from './connector.js';
import { Exchange, type ExchangeLimits, type Outcome, type Post } from './exchange.js';

/**
 * One connection to a server, for one exchange at a time, opened when there is something to send. What goes wrong ends the
 * connection; the next exchange has a new one.
 */
export class Lane {
  readonly #origin: string;
  readonly #connector: Connector;
  readonly #limits: ExchangeLimits;
  #client: Client | undefined;
  #exchange: Exchange | undefined;
  /** Exchanges that have ended on the connection that is open. */
  #served = 0;
  /** What ends, and has not ended yet. */
  readonly #closing = new Set<Promise<void>>();

  constructor(origin: string, connector: Connector, limits: ExchangeLimits) {
    this.#origin = origin;
    this.#connector = connector;
    this.#limits = limits;
  }

  get isBusy(): boolean {
    return this.#exchange !== undefined;
  }

  /** The server has taken the connection of the exchange that runs. */
  get isConnected(): boolean {
    return this.#client !== undefined && this.#connector.isOpen;
  }

  /** `done` is called once, perhaps before this returns, or never after `abort`. */
  post(post: Post, done: (outcome: Outcome) => void): void {
    this.#client ??= new Client(this.#origin, {
      connect: this.#connect,
      // One clock decides how long an exchange may take: that of the engine.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveTimeoutThreshold: 500,
    });
    const exchange = new Exchange(this.#limits, this.#served > 0, (outcome) => {
      this.#exchange = undefined;
      this.#served += 1;
      // Whoever owns the picture may write over it from now on, so the rest of it is not sent.
      if (!outcome.reusable || this.#connector.isSending) this.#discard();
      done(outcome);
    });
    this.#exchange = exchange;
    this.#client.dispatch({ ...post, method: 'POST' }, exchange);
  }

  /** Gives up the exchange and its connection, without a word to `done`. */
  abort(): void {
    this.#exchange?.forget();
    this.#exchange = undefined;
    this.#discard();
  }

  async close(): Promise<void> {
    this.abort();
    await Promise.all(this.#closing);
  }

  readonly #connect: Connector['connect'] = (options, callback) => {
    this.#served = 0;
    this.#exchange?.connectsAnew();
    this.#connector.connect(options, callback);
  };

  #discard(): void {
    const client = this.#client;
    if (client === undefined) return;
    this.#client = undefined;
    this.#served = 0;
    this.#connector.abort();
    const closing = client
      .destroy()
      .catch(() => undefined)
      .then(() => {
        this.#closing.delete(closing);
      });
    this.#closing.add(closing);
  }
}

/** Longer than most pictures are apart; servers name a shorter time, or close the connection themselves. */
const KEEP_ALIVE_MS = 30_000;
