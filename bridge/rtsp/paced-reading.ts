import type { Socket } from 'node:net';
import { ReadingRounds, type RoundReader } from './reading-rounds.js';

/** One for all connections of this process: they are read together. */
const rounds = new ReadingRounds();

/**
 * Where more has come at a time the next is read at once: it is usual for a system to let so much wait before it holds up the
 * other side, which may have nowhere to put it.
 */
const MUCH = 64 * 1024;

/** When a connection is read: as it comes, once a round, or not until there is room for it. */
export class PacedReading implements RoundReader {
  readonly #socket: Pick<Socket, 'pause' | 'resume'>;
  #inRounds = false;
  /** For the next round. */
  #waits = false;
  /** For room. */
  #held = false;
  #reads = true;

  constructor(socket: Pick<Socket, 'pause' | 'resume'>) {
    this.#socket = socket;
  }

  /** Whether it is read once a round. */
  inRounds(yes: boolean): void {
    if (yes === this.#inRounds) return;
    this.#inRounds = yes;
    if (yes) rounds.add(this);
    else rounds.delete(this);
    this.read();
  }

  /** Nothing is read until `resume`. */
  pause(): void {
    this.#held = true;
    this.#apply();
  }

  resume(): void {
    this.#held = false;
    this.#apply();
  }

  /** So much has been read at a time. */
  heard(bytes: number): void {
    if (!this.#inRounds || bytes >= MUCH) return;
    this.#waits = true;
    this.#apply();
  }

  /** Its round has come. */
  read(): void {
    this.#waits = false;
    this.#apply();
  }

  #apply(): void {
    const reads = !(this.#held || this.#waits);
    if (reads === this.#reads) return;
    this.#reads = reads;
    if (reads) this.#socket.resume();
    else this.#socket.pause();
  }
}
