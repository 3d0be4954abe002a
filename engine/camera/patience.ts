import type { RtspFailure } from '../../bridge/rtsp/types.js';
import { MICROS_PER_MS, type Micros } from '../core/time.js';

export interface PatienceLimits {
  /** For a connection and its TLS. */
  connectMs: number;
  /** For each answer. */
  answerMs: number;
  /** From the description to the first picture. */
  firstMediaMs: number;
}

export interface PatienceSettings extends PatienceLimits {
  /** Longest time without a picture in a running stream. */
  stallMs: number;
  /** What the first three grow to at most, for a camera that is there and slow. */
  mostMs: number;
}

export const DEFAULT_PATIENCE: PatienceSettings = {
  connectMs: 8_000,
  answerMs: 8_000,
  firstMediaMs: 8_000,
  stallMs: 8_000,
  mostMs: 64_000,
};

export const patienceOf = (
  settings: Record<'connectTimeout' | 'answerTimeout' | 'firstMediaTimeout' | 'patience', Micros>,
): PatienceSettings => ({
  ...DEFAULT_PATIENCE,
  connectMs: settings.connectTimeout / MICROS_PER_MS,
  answerMs: settings.answerTimeout / MICROS_PER_MS,
  firstMediaMs: settings.firstMediaTimeout / MICROS_PER_MS,
  mostMs: settings.patience / MICROS_PER_MS,
});

/** Of a camera that has streamed, every third attempt is a long one. */
const LONG_EVERY = 3;

/**
 * How long one camera is waited for. Sources that start when they are asked for take their time, and would begin anew with
 * each attempt; so a camera that is there and silent is given twice as long the next time. What has been learned is kept.
 *
 * A camera that has streamed is more likely to hang than to have become slow, and long attempts would keep the one that is back
 * waiting: it gets the time in which it streamed, and more only now and then.
 */
export class Patience {
  readonly #mostMs: number;
  #usual: PatienceLimits;
  #longest: PatienceLimits;
  #hasStreamed = false;
  /** Attempts in a row that the camera was too slow for. */
  #tooSlow = 0;

  constructor({ connectMs, answerMs, firstMediaMs, mostMs }: PatienceSettings) {
    this.#usual = { connectMs, answerMs, firstMediaMs };
    this.#longest = this.#usual;
    this.#mostMs = mostMs;
  }

  /** For the next attempt, or the one that runs. */
  get limits(): PatienceLimits {
    const isLong = !this.#hasStreamed || this.#tooSlow % LONG_EVERY === LONG_EVERY - 1;
    return isLong ? this.#longest : this.#usual;
  }

  /** The attempt has brought a picture. */
  succeeded(): void {
    this.#usual = this.limits;
    this.#hasStreamed = true;
    this.#tooSlow = 0;
  }

  /** An attempt has failed. */
  failed({ slowAt }: RtspFailure): void {
    if (slowAt === undefined) return;
    const stage = STAGES[slowAt];
    const had = this.limits[stage];
    this.#longest = { ...this.#longest, [stage]: Math.max(had, this.#longest[stage], Math.min(2 * had, this.#mostMs)) };
    this.#tooSlow++;
  }
}

const STAGES = { tls: 'connectMs', answer: 'answerMs', media: 'firstMediaMs' } as const;
