import type { MonotonicTime } from '../../core/time.js';
import type { Sample } from '../types.js';
import type { Placed } from './transfer.js';

/** A sample that was sent and has no answer yet. */
export interface Entry {
  readonly sequence: number;
  readonly sample: Sample;
  readonly sentAt: MonotonicTime;
  readonly placed: Placed;
  /** How many samples that were sent later have been answered. */
  passed: number;
}

export type Acknowledged =
  /** `skipped` will have no answer. */
  | { readonly kind: 'answer'; readonly entry: Entry; readonly skipped: readonly Entry[] }
  /** For a sample that was given up. */
  | { readonly kind: 'late' }
  /** A second one, or for something that was never sent. */
  | { readonly kind: 'unknown' };

/** Later answers that a sample waits for its own, until the server's manner is known. */
const PATIENCE = 8;
const MOST_PATIENCE = 32;
/** So many gaps without one answer that came after all: the server answers in order, and a gap stays one. */
const GAPS_TO_LEARN = 3;
const REMEMBERED = 64;

/**
 * Which samples of a stream wait for an answer.
 *
 * Servers leave out samples: they answer a batch under its last number, or drop what they cannot decode. Others answer
 * out of order. So a sample that is passed over waits for a few more answers before it is given up, and the book learns
 * which kind of server it is: after some gaps one later answer is enough, and never again once an answer came late.
 */
export class AckBook {
  /** In the order of sending. */
  readonly #entries = new Map<number, Entry>();
  readonly #givenUp = new Set<number>();
  #patience = PATIENCE;
  #gaps = 0;
  #outOfOrder = false;
  #inFlight = 0;

  /** All that wait. */
  get size(): number {
    return this.#entries.size;
  }

  /** Those that the server is thought to have at hand: not passed over. */
  get inFlight(): number {
    return this.#inFlight;
  }

  add(sequence: number, sample: Sample, sentAt: MonotonicTime, placed: Placed): void {
    this.#entries.set(sequence, { sequence, sample, sentAt, placed, passed: 0 });
    this.#inFlight++;
  }

  acknowledge(sequence: number): Acknowledged {
    const entry = this.#entries.get(sequence);
    if (entry === undefined) {
      if (!this.#givenUp.delete(sequence)) return { kind: 'unknown' };
      this.#learnDisorder();
      return { kind: 'late' };
    }
    if (entry.passed > 0) this.#learnDisorder();
    this.#remove(entry);
    return { kind: 'answer', entry, skipped: this.#passOver(sequence) };
  }

  /** Those sent before `before`. They leave the book. */
  expire(before: MonotonicTime): Entry[] {
    const old: Entry[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.sentAt >= before) break;
      old.push(entry);
    }
    for (const entry of old) this.#giveUp(entry);
    return old;
  }

  /** Gives up the sample that has been passed over most, to make room. */
  giveUpOldest(): Entry | undefined {
    for (const entry of this.#entries.values()) {
      if (entry.passed === 0) continue;
      this.#giveUp(entry);
      return entry;
    }
    return undefined;
  }

  /** Empties the book. */
  close(): Entry[] {
    const left = [...this.#entries.values()];
    for (const entry of left) this.#remove(entry);
    return left;
  }

  #passOver(sequence: number): Entry[] {
    const skipped: Entry[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.sequence > sequence) break;
      if (entry.passed++ === 0) this.#inFlight--;
      if (entry.passed >= this.#patience) skipped.push(entry);
    }
    for (const entry of skipped) this.#giveUp(entry);
    if (skipped.length > 0 && !this.#outOfOrder && ++this.#gaps >= GAPS_TO_LEARN) this.#patience = 1;
    return skipped;
  }

  #learnDisorder(): void {
    this.#patience = Math.min(MOST_PATIENCE, Math.max(PATIENCE, this.#outOfOrder ? this.#patience * 2 : PATIENCE * 2));
    this.#outOfOrder = true;
  }

  #giveUp(entry: Entry): void {
    this.#remove(entry);
    this.#givenUp.add(entry.sequence);
    if (this.#givenUp.size <= REMEMBERED) return;
    for (const oldest of this.#givenUp) {
      this.#givenUp.delete(oldest);
      break;
    }
  }

  #remove(entry: Entry): void {
    if (!this.#entries.delete(entry.sequence)) return;
    if (entry.passed === 0) this.#inFlight--;
  }
}
