import { Client, type ClientDuplexStream, connectivityState, type Metadata } from '@grpc/grpc-js';
import type { CancelTimer, Clock } from '../../core/clock.js';
import type { Address } from './address.js';
import { METHOD } from './contract.js';

/** The end of a call as the protocol tells it. */
export interface CallEnd {
  /** Number of a gRPC status; 0 is success. */
  readonly status: number;
  readonly details: string;
}

export interface CallHandlers {
  onBytes(bytes: Uint8Array): void;
  /** Once, and nothing after it. */
  onEnd(end: CallEnd): void;
}

/** One stream of messages. */
export interface Call {
  /** `taken` is called when the network has taken it. */
  write(bytes: Buffer, taken: () => void): void;
  /** Nothing more will be sent. The server answers what it has and ends the stream. */
  halfClose(): void;
  /** Ends it at once; no handler is called any more. */
  cancel(): void;
}

export interface ConnectionHandlers {
  onReady(): void;
  /** It cannot be made. */
  onFailed(end: CallEnd): void;
  /** It was there and is gone. Streams learn it by themselves. */
  onClosed(): void;
}

export interface ConnectionOptions {
  readonly address: Address;
  readonly clock: Clock;
  readonly connectMs: number;
  readonly answerBytes: number;
}

const UNAVAILABLE = 14;

/** The TCP connection of one node to its server. Used once: after a failure another one is made. */
export class Connection {
  readonly #client: Client;
  readonly #metadata: Metadata;
  readonly #clock: Clock;
  readonly #connectMs: number;
  #cancelLimit: CancelTimer = () => {};
  #closed = false;

  constructor({ address, clock, connectMs, answerBytes }: ConnectionOptions) {
    this.#clock = clock;
    this.#connectMs = connectMs;
    this.#metadata = address.metadata;
    this.#client = new Client(address.target, address.credentials, {
      ...address.options,
      'grpc.max_receive_message_length': answerBytes,
      'grpc.max_send_message_length': -1,
      // Retrying keeps a copy of everything that was sent. A picture that was lost is not worth it.
      'grpc.enable_retries': 0,
      // Nodes do not share a connection, so that none waits for the pictures of another.
      'grpc.use_local_subchannel_pool': 1,
      // No look-ups that the document has not asked for, and no way through a proxy.
      'grpc.service_config_disable_resolution': 1,
      'grpc.enable_http_proxy': 0,
    });
  }

  open(handlers: ConnectionHandlers): void {
    this.#cancelLimit = this.#clock.after(this.#connectMs, () =>
      handlers.onFailed({
        status: UNAVAILABLE,
        details: `no connection within ${this.#connectMs / 1000} s (ETIMEDOUT)`,
      }),
    );
    this.#watch(this.#client.getChannel().getConnectivityState(true), handlers);
  }

  /** Whether a stream could begin at once. */
  get isReady(): boolean {
    return !this.#closed && this.#client.getChannel().getConnectivityState(false) === connectivityState.READY;
  }

  call({ onBytes, onEnd }: CallHandlers): Call {
    const same = <T>(value: T): T => value;
    let over = false;
    const call: ClientDuplexStream<Buffer, Buffer> = this.#client.makeBidiStreamRequest<Buffer, Buffer>(
      METHOD,
      same,
      same,
      this.#metadata,
      {},
    );
    call.on('data', (bytes: Buffer) => {
      if (!over) onBytes(bytes);
    });
    // The same as the status, which comes whether it is an error or not.
    call.on('error', () => {});
    call.on('status', ({ code, details }) => {
      if (over) return;
      over = true;
      onEnd({ status: code, details });
    });
    return {
      write: (bytes, taken) => {
        if (!over) call.write(bytes, () => !over && taken());
      },
      halfClose: () => {
        if (!over) call.end();
      },
      cancel: () => {
        over = true;
        call.cancel();
      },
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelLimit();
    this.#client.close();
  }

  #watch(state: connectivityState, handlers: ConnectionHandlers): void {
    this.#client.getChannel().watchConnectivityState(state, Number.POSITIVE_INFINITY, () => {
      if (this.#closed) return;
      const now = this.#client.getChannel().getConnectivityState(false);
      if (state === connectivityState.READY) handlers.onClosed();
      else if (now === connectivityState.TRANSIENT_FAILURE) this.#askWhy(handlers);
      else {
        if (now === connectivityState.READY) {
          this.#cancelLimit();
          handlers.onReady();
          if (this.#closed) return;
        }
        this.#watch(now, handlers);
      }
    });
  }

  /** The library tells the reason to calls only. One that is made now fails at once, with it. */
  #askWhy(handlers: ConnectionHandlers): void {
    this.#cancelLimit();
    const call = this.call({
      onBytes: () => call.cancel(),
      onEnd: (end) => {
        if (!this.#closed) handlers.onFailed(end);
      },
    });
  }
}
