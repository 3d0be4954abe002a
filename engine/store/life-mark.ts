import { closeSync, constants, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';

/** How many resources of each kind there are. */
export interface ResourceCounts {
  topologies: number;
  pipelines: number;
  adapters: number;
}

/** What `sluice.mark` tells of the folder's earlier life. */
export interface MarkFacts extends ResourceCounts {
  /** Last event number that a reader may have seen, if the machine did not lose power. */
  last: number;
  /** No number above this was given, whatever happened. */
  reserved: number;
  /** The boot of the machine in which it was written; '' where the system does not tell. */
  boot: string;
}

/** As many as the event log reserves: a start that has lost the database skips at most these. */
const RESERVED_NUMBERS = 65_536;
/** Always written as a whole, in one call and in one sector. */
const LENGTH = 256;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Undefined if there is no mark, or none that can be read. */
export const readMark = (file: string): MarkFacts | undefined => {
  try {
    const facts = JSON.parse(readFileSync(file, 'utf8').slice(0, LENGTH)) as Partial<MarkFacts>;
    const { last, reserved, topologies, pipelines, adapters, boot } = facts;
    if (![last, reserved, topologies, pipelines, adapters].every(isCount) || typeof boot !== 'string') return undefined;
    return { last, reserved: Math.max(last!, reserved!), topologies, pipelines, adapters, boot } as MarkFacts;
  } catch {
    return undefined;
  }
};

/**
 * A few numbers about the database, in a file beside it. Without them, a database that was replaced by an older or an
 * empty one could not be told from a young one, and event numbers would be given a second time.
 *
 * The file is overwritten in place after each batch of events, which costs microseconds: like a commit, it survives the
 * process. The numbers up to `reserved` are on the disk before they are given, and survive a power cut as well.
 */
export class LifeMark {
  readonly #file: string;
  readonly #log: Logger | undefined;
  readonly #bytes = Buffer.alloc(LENGTH);
  #facts: MarkFacts;
  #fd: number | undefined;
  #failed = false;

  constructor(file: string, facts: Omit<MarkFacts, 'reserved'>, log: Logger | undefined) {
    this.#file = file;
    this.#facts = { ...facts, reserved: facts.last };
    this.#log = log;
  }

  open(): void {
    this.#attempt(() => {
      this.#fd = openSync(this.#file, constants.O_RDWR | constants.O_CREAT, 0o600);
      this.#reserve();
    });
  }

  /** Call it before a reader sees events up to this number. */
  noteSeq(last: number): void {
    this.#facts.last = last;
    this.#attempt(() => (last > this.#facts.reserved ? this.#reserve() : this.#write()));
  }

  noteResources(counts: ResourceCounts): void {
    Object.assign(this.#facts, counts);
    this.#attempt(() => this.#write());
  }

  /** Nothing that was given is unknown now, so nothing needs to be skipped. */
  close(): void {
    if (this.#fd === undefined) return;
    const fd = this.#fd;
    this.#facts.reserved = this.#facts.last;
    this.#attempt(() => this.#write());
    this.#fd = undefined;
    closeSync(fd);
  }

  #reserve(): void {
    this.#facts.reserved = this.#facts.last + RESERVED_NUMBERS;
    this.#write();
    if (this.#fd !== undefined) fsyncSync(this.#fd);
  }

  #write(): void {
    if (this.#fd === undefined) return;
    this.#bytes.fill(' ').write(JSON.stringify(this.#facts));
    this.#bytes[LENGTH - 1] = 10;
    writeSync(this.#fd, this.#bytes, 0, LENGTH, 0);
  }

  /** Without the mark the engine works as well: only a loss of the database would be told less exactly. */
  #attempt(work: () => void): void {
    try {
      work();
      this.#failed = false;
    } catch (error) {
      if (!this.#failed) this.#log?.warn({ file: this.#file }, `the mark cannot be written: ${messageOf(error)}`);
      this.#failed = true;
    }
  }
}
