import type { Bridge, Decode, DecodeSpec, EndReason, Picture, StreamCaps } from '../../../bridge/types.js';
import { Backoff } from '../../core/backoff.js';
import type { CancelTimer, Clock } from '../../core/clock.js';

export interface DecoderHandlers {
  /** @param index of the picture's size and format in the spec. */
  onPicture(picture: Picture, index: number): void;
  /** The decoder ended by itself. Call `start` again when `onRetry` is called. */
  onLost(reason: Exclude<EndReason, { kind: 'stopped' }>): void;
  onRetry(): void;
}

/** Waits 0.25 s, 1 s and then 4 s each time, until a decoder delivers a picture. */
const RETRIES = { lost: { firstMs: 250, lastMs: 4_000, factor: 4, floor: 1 } };

/** A camera's decoder: starts and stops one at a time, and says when to start another if one is lost. */
export class Decoder {
  readonly #bridge: Pick<Bridge, 'decode'>;
  readonly #clock: Clock;
  readonly #handlers: DecoderHandlers;
  #decode: Decode | null = null;
  readonly #backoff: Backoff<'lost'>;
  #lost = false;
  #cancelRetry: CancelTimer | null = null;

  constructor(bridge: Pick<Bridge, 'decode'>, clock: Clock, handlers: DecoderHandlers) {
    this.#bridge = bridge;
    this.#clock = clock;
    this.#handlers = handlers;
    this.#backoff = new Backoff({ clock, ranges: RETRIES, stableMs: 0 });
  }

  get running(): boolean {
    return this.#decode !== null;
  }

  /** Whether it waits before a lost decoder may be replaced. */
  get waiting(): boolean {
    return this.#cancelRetry !== null;
  }

  /** Whether the last decoder was lost and no picture has come since. */
  get lost(): boolean {
    return this.#lost;
  }

  start(caps: StreamCaps, spec: Omit<DecodeSpec, 'caps'>): Decode {
    this.stop();
    const decode: Decode = this.#bridge.decode(
      { caps, ...spec },
      {
        onPicture: (picture, index) => {
          if (this.#decode !== decode) return;
          this.#lost = false;
          this.#backoff.succeeded();
          this.#handlers.onPicture(picture, index);
        },
        onEnd: (reason) => {
          if (this.#decode === decode) this.#ended(reason);
        },
      },
    );
    this.#decode = decode;
    return decode;
  }

  stop(): void {
    const decode = this.#decode;
    this.#decode = null;
    if (decode) void decode.stop();
  }

  /** Forgets that decoders were lost, because the stream itself has ended. */
  forgive(): void {
    this.#lost = false;
    this.#backoff.reset();
  }

  close(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.stop();
  }

  #ended(reason: EndReason): void {
    this.#decode = null;
    if (reason.kind === 'stopped') return;
    this.#lost = true;
    this.#handlers.onLost(reason);
    this.#cancelRetry?.();
    const refusedForMs = (reason.kind === 'hostLost' && reason.retryInMs) || 0;
    this.#cancelRetry = this.#clock.after(Math.max(this.#backoff.failed('lost'), refusedForMs), () => {
      this.#cancelRetry = null;
      this.#handlers.onRetry();
    });
  }
}
