import type { CancelTimer, Clock } from '../core/clock.js';
import { JournalReader } from '../events/journal-reader.js';
import type { EventJournal, GapRecord, WireEvent } from '../events/types.js';
import { isGone, type PatientOutput } from '../log/standard-output.js';

export interface EventPrinterOptions {
  journal: EventJournal;
  /** Begin after this event. */
  since: number;
  output: PatientOutput;
  clock: Clock;
  /** Nobody will read any more. Called once. */
  onGone(): void;
}

/** Events that are read from the journal at once. */
const CHUNK = 64;
/** Lines that are written before other work gets its turn. */
const SLICE = 256;
/** Between attempts while the reader takes nothing, in ms. */
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 250;

/**
 * Prints the journal, one JSON line for each event. What a slow reader has not taken stays in the journal, so that it
 * misses nothing and needs no memory here.
 */
export class EventPrinter {
  readonly #options: EventPrinterOptions;
  readonly #reader: JournalReader;
  #printed: number;
  #chunk: (WireEvent | GapRecord)[] = [];
  /** What is left of the line that is being written, and the position after it. */
  #line: { rest: Uint8Array; seq: number } | undefined;
  #taken = 0;
  #gone = false;
  #pauseMs = FIRST_PAUSE_MS;
  #stopListening: (() => void) | undefined;
  #turn: NodeJS.Immediate | undefined;
  #cancelRetry: CancelTimer | undefined;

  constructor(options: EventPrinterOptions) {
    this.#options = options;
    this.#reader = new JournalReader(options.journal, options.since);
    this.#printed = options.since;
  }

  start(): void {
    this.#stopListening = this.#options.journal.onAppended(() => this.#wake());
    this.#wake();
  }

  /** Seq of the last event that the reader has taken as a whole. */
  get printed(): number {
    return this.#printed;
  }

  /** Bytes that the reader has taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Nobody will read any more. */
  get gone(): boolean {
    return this.#gone;
  }

  stop(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
    if (this.#turn) clearImmediate(this.#turn);
    this.#turn = undefined;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  #wake(): void {
    // While the reader has no room, the retry goes on.
    if (this.#stopListening && !this.#cancelRetry) this.#turn ??= setImmediate(() => this.#print());
  }

  #print(): void {
    this.#turn = undefined;
    for (let n = 0; n < SLICE; n++) {
      this.#line ??= this.#next();
      if (!this.#line) return;
      const written = this.#options.output.write(this.#line.rest);
      if (isGone(written)) {
        this.stop();
        this.#gone = true;
        this.#options.onGone();
        return;
      }
      if (written.kind !== 'taken') {
        this.#retryLater();
        return;
      }
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#taken += written.bytes;
      this.#line.rest = this.#line.rest.subarray(written.bytes);
      if (this.#line.rest.length > 0) continue;
      this.#printed = this.#line.seq;
      this.#line = undefined;
    }
    this.#wake();
  }

  #retryLater(): void {
    this.#cancelRetry = this.#options.clock.after(this.#pauseMs, () => {
      this.#cancelRetry = undefined;
      this.#wake();
    });
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
  }

  #next(): { rest: Uint8Array; seq: number } | undefined {
    if (this.#chunk.length === 0) {
      const chunk = this.#reader.next(CHUNK);
      if (chunk.kind === 'end') return undefined;
      this.#chunk = chunk.kind === 'gap' ? [chunk.gap] : chunk.events;
    }
    const first = this.#chunk.shift()!;
    const [text, seq] = 'gap' in first ? [JSON.stringify(first), this.#reader.cursor] : [first.wire, first.seq];
    return { rest: Buffer.from(`${text}\n`), seq };
  }
}
