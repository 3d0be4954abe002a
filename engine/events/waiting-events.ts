import type { NewRow } from './event-store.js';

export interface WaitingLimits {
  maxEvents: number;
  maxBytes: number;
}

/** What could not be kept while the queue was full. */
export interface Loss {
  count: number;
  byType: Record<string, number>;
}

/**
 * Events that wait to be written, oldest first. Normally for milliseconds; while the disk is full, up to the limits, and
 * then the newest are lost, so that what is kept has one hole at its end and not many.
 */
export class WaitingEvents {
  readonly #limits: WaitingLimits;
  #rows: NewRow[] = [];
  #bytes = 0;
  #loss: Loss | undefined;
  #lostInAll = 0;

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#rows.length;
  }

  /** Since the start. */
  get lost(): number {
    return this.#lostInAll;
  }

  /** False: the queue is full and the event is counted as lost. */
  push(row: NewRow): boolean {
    if (this.#rows.length >= this.#limits.maxEvents || this.#bytes + row.wire.length > this.#limits.maxBytes) {
      this.#loss ??= { count: 0, byType: {} };
      this.#loss.count += 1;
      this.#loss.byType[row.type] = (this.#loss.byType[row.type] ?? 0) + 1;
      this.#lostInAll += 1;
      return false;
    }
    this.#rows.push(row);
    this.#bytes += row.wire.length;
    return true;
  }

  /** The oldest, without taking them. */
  head(limit: number): NewRow[] {
    return this.#rows.slice(0, limit);
  }

  /** Takes away what `head` gave and was written. */
  drop(count: number): void {
    for (const row of this.#rows.slice(0, count)) this.#bytes -= row.wire.length;
    this.#rows = this.#rows.slice(count);
  }

  /** What was lost since the last call; it belongs after everything that was in the queue then. */
  takeLoss(): Loss | undefined {
    const loss = this.#loss;
    this.#loss = undefined;
    return loss;
  }
}
