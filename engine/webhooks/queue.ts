import type { WebhookForm } from '../config/webhook-settings.js';
import type { EventMatcher } from '../events/filter.js';
import { JournalReader } from '../events/journal-reader.js';
import type { EventJournal, GapRecord, WireEvent } from '../events/types.js';
import type { Parcel } from './parcel.js';

/** Events that are read at once, and read in all before other work gets its turn. */
const CHUNK = 500;
const SLICE = 5000;
/** Characters of a batch, about; one event may have as many by itself. */
const BATCH_CHARS = 512 * 1024;

/** What is next for one consumer, from its position in the log on. */
export class EventQueue {
  readonly #matcher: EventMatcher;
  readonly #reader: JournalReader;
  readonly #most: number;
  #events: WireEvent[] = [];
  #gap: GapRecord | undefined;
  #settled: number;

  constructor(
    journal: EventJournal,
    since: number,
    matcher: EventMatcher,
    { form, batchEvents }: { form: WebhookForm; batchEvents: number },
  ) {
    this.#reader = new JournalReader(journal, since);
    this.#matcher = matcher;
    this.#most = form === 'cloudevents-batch' ? batchEvents : 1;
    this.#settled = since;
  }

  /** Seq up to which everything has been settled, or was not for this consumer. */
  get settled(): number {
    return this.#settled;
  }

  /**
   * The next parcel, which stays the next until it is settled. `more`: nothing in what was looked at; look again.
   *
   * @param atMost events
   */
  next(atMost = this.#most): Parcel | 'more' | undefined {
    for (let read = 0; this.#events.length === 0 && !this.#gap; read += CHUNK) {
      if (read >= SLICE) return 'more';
      const chunk = this.#reader.next(CHUNK);
      if (chunk.kind === 'end') return undefined;
      if (chunk.kind === 'gap') this.#gap = chunk.gap;
      else this.#events = chunk.events.filter((event) => this.#matcher.matches(event));
      if (this.#events.length === 0 && !this.#gap) this.#settled = this.#reader.cursor;
    }
    if (this.#gap) return { kind: 'gap', gap: this.#gap };
    const events: WireEvent[] = [];
    let chars = 0;
    for (const event of this.#events) {
      chars += event.wire.length;
      if (events.length >= atMost || (events.length > 0 && chars > BATCH_CHARS)) break;
      events.push(event);
    }
    return { kind: 'events', events };
  }

  /** The parcel has been taken, or never will be. */
  settle(parcel: Parcel): void {
    if (parcel.kind === 'gap') this.#gap = undefined;
    else this.#events = this.#events.slice(parcel.events.length);
    this.#settled =
      this.#events.length === 0 || parcel.kind === 'gap' ? this.#reader.cursor : (parcel.events.at(-1)?.seq ?? 0);
  }
}
