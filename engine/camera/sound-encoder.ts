import { aacFormat } from '../../bridge/filters/caps.js';
import type { Bridge, Encode, EncodedUnit, EndReason, StreamCaps } from '../../bridge/types.js';
import type { Clock } from '../core/clock.js';
import { MICROS_PER_MS, MICROS_PER_SECOND, type Micros, type MonotonicTime, seconds } from '../core/time.js';

export interface SoundEncoderDeps {
  bridge: Pick<Bridge, 'encode'>;
  clock: Clock;
  /** Whose sound it is. */
  owner: string;
}

/** What comes of a camera's sound. */
export interface StorableSoundHandlers {
  onCaps(caps: StreamCaps): void;
  onUnit(unit: EncodedUnit): void;
  /** Some of it cannot be had; why. */
  onMissing(message: string): void;
  /** None of it can be had from now on. */
  onGivenUp(message: string): void;
}

/** Shorter gaps are filled with silence. What follows a longer one is encoded by itself. */
const LONGEST_GAP: Micros = seconds(1);
/** An encoder for which more waits is stuck. */
const BACKLOG_END = 4 * 1024 * 1024;
/** Encoders that fail within `FAILED_WITHIN`, after which the sound is to blame: one may fail for any reason. */
const FAILURES = 2;
const FAILED_WITHIN: Micros = seconds(600);

/**
 * Makes of a camera's sound what files and browsers take. AAC passes as it is. Everything else is encoded while it comes,
 * once for everybody: so it is in the ring as AAC, the past included, and neither the files nor the seams between them know
 * anything of it.
 */
export class SoundEncoder {
  readonly #deps: SoundEncoderDeps;
  readonly #handlers: StorableSoundHandlers;
  /** Of what has to be encoded. */
  #caps: StreamCaps | undefined;
  #encode: Encode | undefined;
  /** Changes with what is encoded now: what another has still to give is of no use. */
  #stream = {};
  #told: string | undefined;
  /** Where what the encoder was given ends, and what it has given. */
  #until: Micros = 0;
  #given: Micros = 0;
  #notBefore = 0 as MonotonicTime;
  /** By caps, how many encoders have failed, and when the last did. */
  readonly #failures = new Map<string, { count: number; at: MonotonicTime }>();

  constructor(deps: SoundEncoderDeps, handlers: StorableSoundHandlers) {
    this.#deps = deps;
    this.#handlers = handlers;
  }

  /** What comes from now on is of this format. False: nothing can be made of it. */
  caps(caps: StreamCaps): boolean {
    this.#leave();
    this.#caps = aacFormat(caps) ? undefined : caps;
    if (!this.#caps) this.#tell(caps);
    return !this.#isToBlame(caps);
  }

  unit(unit: EncodedUnit): void {
    if (!this.#caps) {
      this.#handlers.onUnit(unit);
      return;
    }
    const { pts, key, payload } = unit;
    if (pts === null) return;
    const duration = unit.duration ?? 0;
    if (this.#encode && Math.abs(pts - this.#until) > LONGEST_GAP) this.#leave();
    this.#encode ??= this.#begin(this.#caps, pts);
    this.#encode?.feed({ pts, duration, key, payload });
    this.#until = pts + duration;
    if ((this.#encode?.backlogBytes ?? 0) > BACKLOG_END) this.#abandon(this.#caps);
  }

  /** Times mean nothing any more. */
  connectionEnded(): void {
    const encode = this.#encode;
    this.#stream = {};
    this.#encode = undefined;
    void encode?.stop();
    this.#caps = undefined;
    this.#told = undefined;
  }

  /** What was given is still encoded; what follows is by another. */
  #leave(): void {
    const encode = this.#encode;
    this.#encode = undefined;
    void encode?.finish();
  }

  #begin(caps: StreamCaps, from: Micros): Encode | undefined {
    const { bridge, clock, owner } = this.#deps;
    if (this.#isToBlame(caps) || clock.monotonic() < this.#notBefore) return undefined;
    const stream = this.#stream;
    this.#given = from;
    const encode = bridge.encode(
      { caps, owner },
      {
        onCaps: (encoded) => {
          if (stream === this.#stream) this.#tell(encoded);
        },
        onUnit: (unit) => {
          if (stream !== this.#stream) return;
          this.#given = (unit.pts ?? 0) + (unit.duration ?? 0);
          this.#handlers.onUnit(unit);
        },
        onEnd: (reason) => {
          if (encode === this.#encode) this.#failed(caps, reason);
        },
      },
    );
    return encode;
  }

  #tell(caps: StreamCaps): void {
    if (caps.text === this.#told) return;
    this.#told = caps.text;
    this.#handlers.onCaps(caps);
  }

  #abandon(caps: StreamCaps): void {
    const stuck = this.#encode;
    this.#failed(caps, { kind: 'hostLost', message: 'it does not take any more' });
    void stuck?.stop();
  }

  #failed(caps: StreamCaps, reason: EndReason): void {
    this.#encode = undefined;
    const { clock } = this.#deps;
    const at = clock.monotonic();
    const before = this.#failures.get(caps.text);
    const count = before && at - before.at <= FAILED_WITHIN ? before.count + 1 : 1;
    this.#failures.set(caps.text, { count, at });
    if (reason.kind === 'hostLost') this.#notBefore = (at + (reason.retryInMs ?? 0) * MICROS_PER_MS) as MonotonicTime;
    const why = 'message' in reason ? reason.message : reason.kind;
    if (this.#isToBlame(caps)) {
      this.#handlers.onGivenUp(`recordings have no sound: the camera's (${caps.mediaType}) cannot be encoded: ${why}`);
      return;
    }
    const missing = Math.max(0, this.#until - this.#given) / MICROS_PER_SECOND;
    this.#handlers.onMissing(
      `${missing.toFixed(1)} s of the camera's sound are missing: its encoder has failed: ${why}`,
    );
  }

  /** Once it is, it stays so. */
  #isToBlame({ text }: StreamCaps): boolean {
    return (this.#failures.get(text)?.count ?? 0) >= FAILURES;
  }
}
