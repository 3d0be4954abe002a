import type { CancelTimer, Clock } from '../../core/clock.js';
import type { DecodePolicy } from '../../core/decode-policy.js';
import { type MediaTime, MICROS_PER_SECOND, type Micros, type MonotonicTime, seconds } from '../../core/time.js';
import type { AccessUnit } from '../types.js';
import { longestGlance } from './keyframe-pace.js';

const CHECK_MS = 1_000;
/** A stream flows if a unit arrived this recently. While a camera is away, its consumers are not blind. */
const FLOWING: Micros = seconds(3);
/** Most that the distance of keyframes adds to the time limit, if only keyframes are decoded. */
const LONGEST_EXPECTED: Micros = seconds(8);

interface Watched {
  readonly onBlind: (cause: string | null) => void;
  /** When a picture was last judged, or from which the time limit counts. */
  judgedAt: MonotonicTime;
  blind: boolean;
}

/** Tells consumers of pictures when they are blind: units arrive, but no picture is judged. */
export class Watchdog {
  readonly #clock: Clock;
  readonly #blindAfter: Micros;
  readonly #watched = new Set<Watched>();
  #lastUnit = Number.NEGATIVE_INFINITY;
  #lastKey: MediaTime | null = null;
  #longestGop: Micros = 0;
  #policy: DecodePolicy | undefined;
  #trouble = 'no picture came out of the decoder';
  #cancelCheck: CancelTimer = () => {};

  /** @param blindAfter time limit beyond what the decode policy explains, in µs. */
  constructor(clock: Clock, blindAfter: Micros) {
    this.#clock = clock;
    this.#blindAfter = blindAfter;
  }

  watch(onBlind: (cause: string | null) => void): { judged(): void; close(): void } {
    const watched: Watched = { onBlind, judgedAt: this.#clock.monotonic(), blind: false };
    this.#watched.add(watched);
    if (this.#watched.size === 1) this.#checkLater();
    return {
      judged: () => {
        watched.judgedAt = this.#clock.monotonic();
        if (!watched.blind) return;
        watched.blind = false;
        onBlind(null);
      },
      close: () => {
        this.#watched.delete(watched);
        if (this.#watched.size === 0) this.#cancelCheck();
      },
    };
  }

  /** A unit has arrived: the stream flows. */
  unit(unit: AccessUnit): void {
    this.#lastUnit = unit.arrival;
    if (!unit.key) return;
    if (this.#lastKey !== null) this.#longestGop = Math.max(this.#longestGop * 0.9, unit.pts - this.#lastKey);
    this.#lastKey = unit.pts;
  }

  /** How far apart keyframes have been lately, at most. 0: it is not known. */
  get longestGop(): Micros {
    return this.#longestGop;
  }

  get flowing(): boolean {
    return this.#clock.monotonic() - this.#lastUnit < FLOWING;
  }

  cameraLost(): void {
    this.#lastKey = null;
  }

  /** Sets the decode policy, from which follows how often consumers can expect a picture. */
  expect(policy: DecodePolicy | undefined): void {
    this.#policy = policy;
  }

  /** Sets the likely cause, to be reported if a consumer becomes blind. */
  trouble(cause: string): void {
    this.#trouble = cause;
  }

  /** A decoder was started that replaces no lost one: consumers that are not blind get the full time limit again. */
  startAfresh(): void {
    const now = this.#clock.monotonic();
    for (const watched of this.#watched) if (!watched.blind) watched.judgedAt = now;
  }

  close(): void {
    this.#cancelCheck();
    this.#watched.clear();
  }

  /** How far apart pictures are because of the policy, and then some. */
  #expected(): Micros {
    if (this.#policy?.kind === 'full') return 0;
    // Keyframes come once per GOP. With a GOP of many seconds consumers are blind in between, and that is reported.
    const keyframes = Math.min(2 * this.#longestGop, LONGEST_EXPECTED);
    if (this.#policy?.kind === 'adaptive') {
      const { every } = this.#policy;
      return 2 * Math.min(this.#longestGop * every, longestGlance(every));
    }
    if (this.#policy?.kind !== 'fps') return this.#policy ? keyframes : 0;
    const period = MICROS_PER_SECOND / this.#policy.fps;
    return 2 * period < MICROS_PER_SECOND ? 0 : 2 * period + keyframes;
  }

  #checkLater(): void {
    this.#cancelCheck = this.#clock.after(CHECK_MS, () => this.#check());
  }

  #check(): void {
    const now = this.#clock.monotonic();
    const patience = this.#blindAfter + this.#expected();
    // The camera is away, which the session reports. Consumers get the full time limit again when it is back.
    if (!this.flowing) this.startAfresh();
    for (const watched of this.#watched) {
      if (watched.blind || now - watched.judgedAt <= patience) continue;
      watched.blind = true;
      watched.onBlind(this.#trouble);
    }
    if (this.#watched.size > 0) this.#checkLater();
  }
}
