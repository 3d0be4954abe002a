import type { Verdict } from '../../../wasm/types.js';
import { type Micros, seconds } from '../../core/time.js';

/** A detector that would miss an object in this share of its picture, or more, is insensitive … */
const INSENSITIVE_FROM = 0.5;
/** … until it would miss one in less than this. The distance keeps a share at the bound from being told of again and again. */
const SENSITIVE_BELOW = 0.35;
/** Headlights that pass are shorter, and a person needs longer to cross the picture. */
const BEGINS_AFTER: Micros = seconds(5);
/** Longer than the beginning takes: rain has pauses, and a recording should not end in one. */
const ENDS_AFTER: Micros = seconds(10);
/** The most that one verdict counts. What was between two pictures that are far apart is not known. */
const LONGEST_STEP: Micros = seconds(2);

/**
 * Watches how much of its picture a detector could find an object in. It counts the media time that speaks against the present
 * state; a verdict that speaks for it takes as much back, so that single pictures neither bring about nor prevent a change.
 */
export class Sight {
  readonly #onChange: (insensitive: boolean, share: number) => void;
  #at: number | undefined;
  #share: number | undefined;
  #insensitive = false;
  #against: Micros = 0;

  constructor(onChange: (insensitive: boolean, share: number) => void) {
    this.#onChange = onChange;
  }

  /** That of the newest verdict, 0..1. Undefined before the first. */
  get share(): number | undefined {
    return this.#share;
  }

  /** Takes every verdict, in order of media time. */
  add({ pts, insensitive: share }: Pick<Verdict, 'pts' | 'insensitive'>): void {
    const step = Math.min(LONGEST_STEP, Math.max(0, pts - (this.#at ?? pts)));
    this.#at = pts;
    this.#share = share;
    const speaksAgainst = this.#insensitive ? share < SENSITIVE_BELOW : share >= INSENSITIVE_FROM;
    this.#against = Math.max(0, this.#against + (speaksAgainst ? step : -step));
    if (this.#against < (this.#insensitive ? ENDS_AFTER : BEGINS_AFTER)) return;
    this.#against = 0;
    this.#insensitive = !this.#insensitive;
    this.#onChange(this.#insensitive, share);
  }
}
