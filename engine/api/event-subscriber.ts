import type { EventMatcher } from '../events/filter.js';
import { JournalReader } from '../events/journal-reader.js';
import type { EventJournal, WireEvent } from '../events/types.js';
import type { EventPeer } from './event-peer.js';

interface SubscriberOptions {
  peer: EventPeer;
  matcher: EventMatcher;
  journal: EventJournal;
  since: number;
  /** Called when the connection was full and has drained. */
  onReady(): void;
}

/** Events that are read from the journal at once. */
const CHUNK_EVENTS = 256;
/** Bytes from one chunk of these, about: they are memory until the connection has taken them. */
const CHUNK_BYTES = 256 * 1024;
/** Bytes of a batch that are written at once. */
const PIECE_BYTES = 128 * 1024;

/** Some events as they are written. A batch consists of several pieces if it is large. */
interface Piece {
  bytes: Buffer;
  events: number;
}

/** Puts written events together, in order. Fewer pieces are fewer calls to the system. */
export const piecesOf = (written: readonly Buffer[], pieceBytes = PIECE_BYTES): Piece[] => {
  const pieces: Piece[] = [];
  let first = 0;
  let bytes = 0;
  for (const [index, each] of written.entries()) {
    bytes += each.length;
    if (bytes < pieceBytes && index < written.length - 1) continue;
    const some = written.slice(first, index + 1);
    pieces.push({ bytes: some.length > 1 ? Buffer.concat(some, bytes) : each, events: some.length });
    first = index + 1;
    bytes = 0;
  }
  return pieces;
};

/** A connection and its position in the journal. */
export class EventSubscriber {
  readonly peer: EventPeer;
  readonly matcher: EventMatcher;
  eventsSent = 0;
  bytesSent = 0;
  readonly #reader: JournalReader;
  readonly #onReady: () => void;
  #waitsForDrain = false;

  constructor(options: SubscriberOptions) {
    this.peer = options.peer;
    this.matcher = options.matcher;
    this.#reader = new JournalReader(options.journal, options.since);
    this.#onReady = options.onReady;
  }

  get cursor(): number {
    return this.#reader.cursor;
  }

  /** Those with the same key are sent the same bytes. */
  get groupKey(): string {
    return `${this.peer.form.name} ${this.matcher.key}`;
  }

  /**
   * Sends the next batch, which is prepared: no pieces if no event in it passes the filter. False if the connection is
   * full: the batch was not sent, and the subscriber continues from the journal when it has drained.
   */
  show(lastSeq: number, pieces: readonly Piece[]): boolean {
    if (!this.peer.open) return false;
    if (this.peer.full) {
      this.#waitForDrain();
      return false;
    }
    this.#reader.skipTo(lastSeq);
    for (const { bytes, events } of pieces) this.#write(bytes, events);
    return true;
  }

  /** Sends one chunk from the journal. */
  read(): 'more' | 'upToDate' | 'waiting' | 'closed' {
    if (!this.peer.open) return 'closed';
    if (this.peer.full) {
      this.#waitForDrain();
      return 'waiting';
    }
    const chunk = this.#reader.next(CHUNK_EVENTS);
    if (chunk.kind === 'end') return 'upToDate';
    if (chunk.kind === 'gap') this.#write(this.peer.form.gap(chunk.gap), 0);
    else this.#writeSome(chunk.events);
    return 'more';
  }

  beat(): void {
    this.peer.beat(this.cursor);
  }

  /** Writes the first of the events, as many as make a chunk, and sets the position after them. */
  #writeSome(events: readonly WireEvent[]): void {
    const written: Buffer[] = [];
    let bytes = 0;
    for (const event of events) {
      this.#reader.skipTo(event.seq);
      if (!this.matcher.matches(event)) continue;
      const each = this.peer.form.event(event);
      written.push(each);
      bytes += each.length;
      if (bytes >= CHUNK_BYTES) break;
    }
    for (const piece of piecesOf(written, this.peer.pieceBytes)) this.#write(piece.bytes, piece.events);
  }

  #write(bytes: Buffer, events: number): void {
    this.peer.write(bytes);
    this.eventsSent += events;
    this.bytesSent += bytes.length;
  }

  #waitForDrain(): void {
    if (this.#waitsForDrain) return;
    this.#waitsForDrain = true;
    this.peer.onceDrained(() => {
      this.#waitsForDrain = false;
      this.#onReady();
    });
  }
}
