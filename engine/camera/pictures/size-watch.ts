import type { AccessUnit } from '../types.js';

/** A group of pictures is looked at in so many parts: encoders spend more at some places of it than at others. */
const PARTS = 16;
/** How fast the usual follows, per group of pictures. */
const FOLLOWS = 1 / 8;
/** Groups of pictures before anything is usual. */
const LEARNT_AFTER = 4;
/** The last units count together, the newest most: single ones vary. */
const NEWEST_COUNTS = 1 / 4;
/** Deviations are counted in those that are usual, which are at least this much, in powers of two: 4 %. */
const LEAST_DEVIATION = 0.06;
/** Before any is known: what is odd costs twice as much. */
const FIRST_DEVIATION = 0.3;
/** From so many usual deviations on a size is odd. */
const ODD = 3.5;

interface Part {
  /** Usual logarithm of the size. */
  mean: number;
  groups: number;
}

/** A picture that is coded more coarsely by so much costs half. */
const HALVES = 6;

/**
 * Tells when the units of a camera cost more than they usually do at that place of a group of pictures: what moves costs bytes. An
 * encoder that keeps to a bit rate spends no more on it and codes it more coarsely, so that both count where both are known. Small
 * things may cost too little to be noticed: what a unit costs may say that something moves, and never that nothing does.
 */
export class SizeWatch {
  #parts: Part[] = [];
  #deviation = FIRST_DEVIATION;
  /** Of the units in the present group so far, and in the one before. */
  #units = 0;
  #unitsBefore = 0;
  #sum = 0;
  #counted = 0;
  #part = -1;
  #excess = 0;

  /**
   * Takes every unit of video, in the order in which they come.
   * @param learns nothing moves, as far as is known: this is usual.
   * @returns whether it is odd
   */
  add({ key, payload, quantiser = 0 }: Pick<AccessUnit, 'key' | 'payload' | 'quantiser'>, learns: boolean): boolean {
    if (key) {
      this.#learn(learns);
      this.#part = -1;
      if (this.#units > 0) this.#unitsBefore = this.#units;
      this.#units = 0;
      this.#excess = 0;
      return false;
    }
    this.#units++;
    const size = Math.log2(Math.max(1, payload.byteLength)) + quantiser / HALVES;
    const at = this.#partNow();
    if (at !== this.#part) {
      this.#learn(learns);
      this.#part = at;
    }
    this.#sum += size;
    this.#counted++;
    const usual = this.#parts[at];
    if (!usual || usual.groups < LEARNT_AFTER) return false;
    const off = size - usual.mean;
    this.#excess += (off - this.#excess) * NEWEST_COUNTS;
    if (learns) this.#deviation += (Math.max(LEAST_DEVIATION, Math.abs(off)) - this.#deviation) / 64;
    return this.#excess > ODD * this.#deviation;
  }

  /** What is usual is that of another stream. */
  reset(): void {
    this.#parts = [];
    this.#units = 0;
    this.#unitsBefore = 0;
    this.#part = -1;
    this.#deviation = FIRST_DEVIATION;
  }

  #partNow(): number {
    if (this.#unitsBefore === 0) return 0;
    return Math.min(PARTS - 1, Math.floor(((this.#units - 1) * PARTS) / this.#unitsBefore));
  }

  #learn(learns: boolean): void {
    if (this.#counted > 0 && this.#part >= 0 && learns) {
      const mean = this.#sum / this.#counted;
      const known = this.#parts[this.#part];
      if (!known) this.#parts[this.#part] = { mean, groups: 1 };
      else {
        known.groups++;
        known.mean += (mean - known.mean) * Math.max(FOLLOWS, 1 / known.groups);
      }
    }
    this.#sum = 0;
    this.#counted = 0;
  }
}
