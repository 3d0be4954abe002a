import type { Bridge, Decode, DecodeSpec, EndReason, Picture, StreamCaps } from '../../../bridge/types.js';
import type { CancelTimer, Clock } from '../../core/clock.js';

export interface DecoderHandlers {
  /** @param index of the picture's size and format in the spec. */
  onPicture(picture: Picture, index: number): void;
  /** It ended by itself. `start` is to be called once more when `onRetry` comes. */
  onLost(reason: Exclude<EndReason, { kind: 'stopped' }>): void;
  onRetry(): void;
}

/** Waits after a decoder was lost, by how often that happened in a row. */
const RESTART_MS = [250, 1_000, 4_000];

/** A camera's one decoder, through all its lives: started, replaced, lost and started again, stopped. */
export class Decoder {
  readonly #bridge: Pick<Bridge, 'decode'>;
  readonly #clock: Clock;
  readonly #handlers: DecoderHandlers;
  #decode: Decode | null = null;
  #lostInARow = 0;
  #cancelRetry: CancelTimer | null = null;

  constructor(bridge: Pick<Bridge, 'decode'>, clock: Clock, handlers: DecoderHandlers) {
    this.#bridge = bridge;
    this.#clock = clock;
    this.#handlers = handlers;
  }

  get running(): boolean {
    return this.#decode !== null;
  }

  /** Waiting before another is started in place of one that was lost. */
  get waiting(): boolean {
    return this.#cancelRetry !== null;
  }

  /** The last one was lost, and no picture has come since. */
  get lost(): boolean {
    return this.#lostInARow > 0;
  }

  start(caps: StreamCaps, spec: Omit<DecodeSpec, 'caps'>): Decode {
    this.stop();
    const decode: Decode = this.#bridge.decode(
      { caps, ...spec },
      {
        onPicture: (picture, index) => {
          if (this.#decode !== decode) return;
          this.#lostInARow = 0;
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

  /** What was lost before does not count any more: the stream itself has ended. */
  forgive(): void {
    this.#lostInARow = 0;
  }

  close(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.stop();
  }

  #ended(reason: EndReason): void {
    this.#decode = null;
    if (reason.kind === 'stopped') return;
    const delay = RESTART_MS[Math.min(this.#lostInARow++, RESTART_MS.length - 1)] ?? 0;
    this.#handlers.onLost(reason);
    this.#cancelRetry?.();
    this.#cancelRetry = this.#clock.after(delay, () => {
      this.#cancelRetry = null;
      this.#handlers.onRetry();
    });
  }
}
