import type { WireEvent } from './types.js';

const MAX_EVENTS = 4096;
const MAX_CHARS = 4 * 1024 * 1024;

/** The newest events, kept in memory so that live readers never touch the disk. */
export class EventTail {
  #events: WireEvent[] = [];
  #chars = 0;

  /** @param events consecutive, and following what is here */
  add(events: readonly WireEvent[]): void {
    for (const event of events) {
      this.#events.push(event);
      this.#chars += event.wire.length;
    }
    if (this.#events.length <= MAX_EVENTS && this.#chars <= MAX_CHARS) return;
    // Half at a time: cutting off the front of an array copies the rest.
    let cut = 0;
    while (cut < this.#events.length && (this.#events.length - cut > MAX_EVENTS / 2 || this.#chars > MAX_CHARS / 2)) {
      this.#chars -= this.#events[cut]!.wire.length;
      cut += 1;
    }
    this.#events = this.#events.slice(cut);
  }

  /** Undefined if the first event asked for is no longer here. */
  read(since: number, limit: number): WireEvent[] | undefined {
    const first = this.#events[0];
    if (!first || since + 1 < first.seq) return undefined;
    const from = since + 1 - first.seq;
    return this.#events.slice(from, from + limit);
  }
}
