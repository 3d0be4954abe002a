import type { NewRow } from './event-store.js';

export interface WaitingLimits {
  maxEvents: number;
  maxBytes: number;
}

/** Events that could not be kept while the queue was full. */
export interface Loss {
  count: number;
  byType: Record<string, number>;
}

/**
 * Events waiting to be written, oldest first: normally for milliseconds. While the disk is full they pile up to the
 * limits; after that new ones are lost, so that there is one hole, after what is kept, and not many.
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

  /** Events lost since the start. */
  get lost(): number {
    return this.#lostInAll;
  }

  /** False if the queue is full; the event is counted as lost. */
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

  /** The oldest, which stay in the queue. */
  head(limit: number): NewRow[] {
    return this.#rows.slice(0, limit);
  }

  /** Removes the oldest, once they are written. */
  drop(count: number): void {
    for (const row of this.#rows.slice(0, count)) this.#bytes -= row.wire.length;
    this.#rows = this.#rows.slice(count);
  }

  /** What was lost since the last call. Those events came after everything that was in the queue then. */
  takeLoss(): Loss | undefined {
    const loss = this.#loss;
    this.#loss = undefined;
    return loss;
  }
}
