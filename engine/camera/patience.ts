import type { RtspFailure } from '../../bridge/rtsp/types.js';
import { MICROS_PER_MS, type Micros } from '../core/time.js';

export interface PatienceSettings {
  /** For a connection and its TLS. */
  connectMs: number;
  /** For each answer. */
  answerMs: number;
  /** From the description to the first picture. */
  firstMediaMs: number;
  /** Longest time without a picture in a running stream. */
  stallMs: number;
  /** What the first three grow to at most, for a camera that is there and slow. */
  mostMs: number;
}

export const DEFAULT_PATIENCE: PatienceSettings = {
  connectMs: 8_000,
  answerMs: 8_000,
  firstMediaMs: 12_000,
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

/**
 * How long one camera is waited for. Sources that start when they are asked for take their time, and would begin anew with
 * each attempt; so a camera that is there and silent is given twice as long the next time. What has been learned is kept.
 */
export class Patience {
  readonly #settings: PatienceSettings;
  #connectMs: number;
  #answerMs: number;
  #firstMediaMs: number;

  constructor(settings: PatienceSettings) {
    this.#settings = settings;
    this.#connectMs = settings.connectMs;
    this.#answerMs = settings.answerMs;
    this.#firstMediaMs = settings.firstMediaMs;
  }

  get connectMs(): number {
    return this.#connectMs;
  }

  get answerMs(): number {
    return this.#answerMs;
  }

  get firstMediaMs(): number {
    return this.#firstMediaMs;
  }

  /** An attempt has failed. */
  failed({ slowAt }: RtspFailure): void {
    const longer = (ms: number): number => Math.max(ms, Math.min(2 * ms, this.#settings.mostMs));
    if (slowAt === 'tls') this.#connectMs = longer(this.#connectMs);
    if (slowAt === 'answer') this.#answerMs = longer(this.#answerMs);
    if (slowAt === 'media') this.#firstMediaMs = longer(this.#firstMediaMs);
  }
}
