import { JournalReader, resumeAfter } from '../events/journal-reader.js';
import type { EventJournal, WireEvent } from '../events/types.js';
import type { FromEngine } from './messages.js';

interface EventFeederOptions {
  journal: EventJournal;
  send(message: FromEngine): void;
  /** The last event that the front has. */
  since: number;
}

/** Events of one message, and events that may be on the way. */
const BATCH = 256;
const MOST_ON_THE_WAY = 1024;

/**
 * Sends the events of an engine's log to the front, which says up to where it has them for good. What it does not have when
 * either of them ends is sent again after the next start, from the log.
 */
export class EventFeeder {
  readonly #options: EventFeederOptions;
  #reader: JournalReader;
  #taken: number;
  #stopListening: (() => void) | undefined;
  #ending = false;

  constructor(options: EventFeederOptions) {
    this.#options = options;
    const { journal, since } = options;
    // A position beyond the end is that of another log, which was here before: all of this one is new to the front.
    const begin = since > journal.lastSeq ? 0 : since;
    this.#taken = begin;
    this.#reader = new JournalReader(journal, begin);
  }

  start(): void {
    this.#stopListening = this.#options.journal.onAppended(() => this.#feed());
    this.#feed();
  }

  /** The front has all up to this one. */
  taken(seq: number): void {
    this.#taken = Math.max(this.#taken, seq);
    this.#feed();
  }

  /** From now on nothing waits for the front: the log is closed soon. */
  end(): void {
    this.#ending = true;
    this.#feed();
  }

  stop(): void {
    this.#stopListening?.();
  }

  #feed(): void {
    const { send } = this.#options;
    while (this.#ending || this.#reader.cursor - this.#taken < MOST_ON_THE_WAY) {
      const before = this.#reader.cursor;
      const chunk = this.#reader.next(BATCH);
      if (chunk.kind === 'end') return;
      if (chunk.kind === 'events') {
        send({ kind: 'events', events: chunk.events.map(copyOf), upTo: this.#reader.cursor });
        continue;
      }
      const { from, to, reason } = chunk.gap.gap;
      const upTo = resumeAfter(chunk.gap);
      // What was skipped must not count as being on the way.
      if (this.#taken === before) this.#taken = upTo;
      send({ kind: 'gap', reason, count: to - from + 1, upTo });
    }
  }
}

const copyOf = ({ eventType, pipeline, output, wire }: WireEvent) => ({
  type: eventType,
  pipeline: pipeline ?? null,
  output: output ?? null,
  wire,
});
