import type { CancelTimer, Clock } from '../../core/clock.js';
import type { DecodePolicy } from '../../core/decode-policy.js';
import { type MediaTime, type Micros, seconds } from '../../core/time.js';
import type { AccessUnit } from '../types.js';

const CHECK_MS = 1_000;
/** A stream counts as flowing if a unit came this recently; a camera that is away is not its consumers' failure. */
const FLOWING: Micros = seconds(3);
/** Most that the distance of keyframes may add to the patience with a decoder that is fed only those. */
const LONGEST_EXPECTED: Micros = seconds(8);

interface Watched {
  readonly onBlind: (cause: string | null) => void;
  /** Monotonic time at which a picture was last dealt with, or from which on that is due. */
  judgedAt: MediaTime;
  blind: boolean;
}

/** Tells consumers of pictures that they are blind: units flow, and nothing comes of them. */
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

  /** @param blindAfter patience beyond what the decode policy explains, in µs. */
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

  /** A unit has come: the stream flows. */
  unit(unit: AccessUnit): void {
    this.#lastUnit = unit.arrival;
    if (!unit.key) return;
    if (this.#lastKey !== null) this.#longestGop = Math.max(this.#longestGop * 0.9, unit.pts - this.#lastKey);
    this.#lastKey = unit.pts;
  }

  get flowing(): boolean {
    return this.#clock.monotonic() - this.#lastUnit < FLOWING;
  }

  cameraLost(): void {
    this.#lastKey = null;
  }

  /** What consumers can expect from now on. */
  expect(policy: DecodePolicy | undefined): void {
    this.#policy = policy;
  }

  /** The likely cause, should somebody turn out to be blind. */
  trouble(cause: string): void {
    this.#trouble = cause;
  }

  /** A decoder has been started for good reason: those who see are given time until its first picture. */
  startAfresh(): void {
    const now = this.#clock.monotonic();
    for (const watched of this.#watched) if (!watched.blind) watched.judgedAt = now;
  }

  close(): void {
    this.#cancelCheck();
    this.#watched.clear();
  }

  #checkLater(): void {
    this.#cancelCheck = this.#clock.after(CHECK_MS, () => this.#check());
  }

  #check(): void {
    const now = this.#clock.monotonic();
    // Keyframes alone come once a GOP; a GOP of many seconds leaves a consumer blind, and that is said.
    const expected = this.#policy?.kind === 'keyframes' ? Math.min(2 * this.#longestGop, LONGEST_EXPECTED) : 0;
    const patience = this.#blindAfter + expected;
    // The camera is away, which the session reports; consumers are given time again when it is back.
    if (!this.flowing) this.startAfresh();
    for (const watched of this.#watched) {
      if (watched.blind || now - watched.judgedAt <= patience) continue;
      watched.blind = true;
      watched.onBlind(this.#trouble);
    }
    if (this.#watched.size > 0) this.#checkLater();
  }
}
