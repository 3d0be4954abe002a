import type { DestinationStream } from 'pino';
import type { CancelTimer, Clock } from '../core/clock.js';
import { type Micros, millis, toIso, type UtcMicros } from '../core/time.js';
import type { PatientOutput, Written } from './standard-output.js';

/** Lines that were dropped because nobody read them. */
export interface DroppedLines {
  count: number;
  /** When the first of them was dropped. */
  since: UtcMicros;
}

export interface LogLinesOptions {
  output: PatientOutput;
  clock: Clock;
  /** Bytes of lines that wait for the reader; what exceeds them is dropped. Default 1 MiB. */
  maxBytes?: number;
}

type LossListener = (dropped: DroppedLines, over: boolean) => void;

/** Between attempts while the reader takes nothing, in ms: the first, and the longest. */
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;
/** How long the end of the process waits for a reader that takes nothing, and for one that takes little. */
const END_IDLE: Micros = millis(500);
const END: Micros = millis(2000);

/**
 * The lines of the log on their way to a reader that may be slow, stuck or gone. A line is written at once if the reader
 * has room; else it waits here, and beyond a limit lines are dropped. Once some are, all are until those that wait have
 * been read: one hole is easier to understand than many. A line in its place says how many there were.
 */
export class LogLines implements DestinationStream {
  readonly #output: PatientOutput;
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #listeners = new Set<LossListener>();
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #loss: DroppedLines | undefined;
  #dropped = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #cancelRetry: CancelTimer | undefined;
  #watchesEnd = false;

  constructor({ output, clock, maxBytes = 1024 * 1024 }: LogLinesOptions) {
    this.#output = output;
    this.#clock = clock;
    this.#maxBytes = maxBytes;
  }

  /** Lines dropped since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** What has been dropped since the reader stopped; undefined while it reads. */
  get loss(): Readonly<DroppedLines> | undefined {
    return this.#loss;
  }

  /** Calls `listener` with the first line that is dropped, and again when the reader reads. Returns the way to stop. */
  onLoss(listener: LossListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes whole lines, with their line feeds. Never waits and never throws. */
  write(lines: string): void {
    const bytes = Buffer.from(lines);
    if (this.#loss) this.#drop(this.#loss);
    else if (this.#waiting.length === 0) this.#hold(this.#put(bytes).rest);
    else if (this.#waitingBytes + bytes.length <= this.#maxBytes) this.#hold(bytes);
    else this.#drop(this.#beginLoss());
  }

  /** Writes what waits. Gives up on a reader that takes nothing; blocks the process, so it is for its end only. */
  writeBeforeEnd(): void {
    const began = this.#clock.monotonic();
    let progress = began;
    for (;;) {
      const before = this.#waitingBytes;
      const last = this.#writeWaiting();
      if (this.#waiting.length === 0 || last?.kind === 'failed') return;
      const now = this.#clock.monotonic();
      if (this.#waitingBytes < before) progress = now;
      if (now - progress >= END_IDLE || now - began >= END) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FIRST_PAUSE_MS);
    }
  }

  /** Writes as much as the reader takes. */
  #put(bytes: Uint8Array): { rest: Uint8Array; last: Written | undefined } {
    let rest = bytes;
    let last: Written | undefined;
    while (rest.length > 0) {
      last = this.#output.write(rest);
      if (last.kind !== 'taken') break;
      rest = rest.subarray(last.bytes);
    }
    return { rest, last };
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#retryLater();
    if (this.#watchesEnd) return;
    this.#watchesEnd = true;
    process.once('exit', () => this.writeBeforeEnd());
  }

  #writeWaiting(): Written | undefined {
    let last: Written | undefined;
    while (this.#waiting.length > 0) {
      const put = this.#put(this.#waiting[0]!);
      last = put.last;
      this.#waitingBytes -= this.#waiting[0]!.length - put.rest.length;
      if (put.rest.length > 0) {
        this.#waiting[0] = put.rest;
        return last;
      }
      this.#waiting.shift();
      if (this.#waiting.length === 0) this.#endLoss();
    }
    return last;
  }

  #retryLater(): void {
    this.#cancelRetry ??= this.#clock.after(this.#pauseMs, () => {
      this.#cancelRetry = undefined;
      const before = this.#waitingBytes;
      this.#writeWaiting();
      this.#pauseMs = this.#waitingBytes < before ? FIRST_PAUSE_MS : Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
      if (this.#waiting.length > 0) this.#retryLater();
    });
  }

  #drop(loss: DroppedLines): void {
    loss.count += 1;
    this.#dropped += 1;
    if (loss.count === 1) this.#tell(loss, false);
  }

  #beginLoss(): DroppedLines {
    this.#loss = { count: 0, since: this.#clock.utc() };
    return this.#loss;
  }

  /** Everything that waited has been read. */
  #endLoss(): void {
    const loss = this.#loss;
    if (!loss) return;
    this.#loss = undefined;
    this.#hold(this.#put(Buffer.from(this.#note(loss))).rest);
    this.#tell(loss, true);
  }

  /** In the form of the log's other lines. */
  #note({ count, since }: DroppedLines): string {
    const time = toIso(this.#clock.utc());
    const msg = `${count} lines were left out here: nobody read the log`;
    return `${JSON.stringify({ level: 40, time, count, since: toIso(since), msg })}\n`;
  }

  #tell(loss: DroppedLines, over: boolean): void {
    for (const listener of this.#listeners) listener({ ...loss }, over);
  }
}
