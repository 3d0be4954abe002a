import type { HostStats } from '../types.js';
import type { HostProcess, RunHandle, RunHandlers } from './host-process.js';
import { ProcReader } from './proc-stats.js';
import type { FilterSpec, Role } from './protocol.js';

/** What the pool uses of a process. */
export type PooledProcess = Pick<
  HostProcess,
  'slots' | 'slotsUsed' | 'pid' | 'ready' | 'start' | 'checkPulse' | 'excuse' | 'kill' | 'exited'
>;

/** A run on a host of the pool. */
export interface PooledRun extends RunHandle {
  /** Until the returned function is called, it works for this owner as well. */
  enter(owner: string | undefined): () => void;
}

/** A host of the pool. The processes behind it come and go. */
export class PooledHost {
  readonly id: string;
  readonly #role: Role;
  readonly #proc = new ProcReader();
  readonly #runs = new Map<string, number>();
  #decoding: HostStats['decoding'] = {};
  process: PooledProcess | undefined;
  /** When the present process was started. */
  startedAt = 0;
  /** Filters that the present process has started. */
  starts = 0;
  /** Since when it could be done without, as the pool's clock has it. */
  idleSince: number | undefined;
  /** The present process takes no new filters and is replaced when its slots are free. */
  worn = false;
  /** The suspects that it is there for; undefined if it serves everyone. */
  cell: Set<string> | undefined;
  /** It was there for suspects that have been cleared: nobody misses it once its slots are free. */
  spare = false;
  #restarts = 0;
  #deaths = 0;

  constructor(id: string, role: Role) {
    this.id = id;
    this.#role = role;
  }

  begin(process: PooledProcess, at: number, cell: Set<string> | undefined): void {
    this.process = process;
    this.startedAt = at;
    this.starts = 0;
    this.worn = false;
    this.cell = cell;
    this.idleSince = undefined;
    this.spare = false;
    this.#decoding = {};
  }

  /** Its process is gone, or about to go. */
  end(how: 'replaced' | 'died' | 'unneeded'): void {
    this.process = undefined;
    this.cell = undefined;
    this.#runs.clear();
    this.#decoding = {};
    if (how !== 'unneeded') this.#restarts += 1;
    if (how === 'died') this.#deaths += 1;
  }

  get busy(): boolean {
    return (this.process?.slotsUsed ?? 0) > 0;
  }

  get hasRoom(): boolean {
    return this.process !== undefined && !this.worn && this.process.slotsUsed < this.process.slots;
  }

  /** Whose runs it has. */
  get owners(): string[] {
    return [...this.#runs.keys()];
  }

  /** Undefined if there is no free slot. */
  start(filter: FilterSpec, handlers: RunHandlers, owner: string | undefined): PooledRun | undefined {
    const leaveOwner = this.enter(owner);
    const leaveKind = this.#decodes(filter);
    const leave = (): void => {
      leaveOwner();
      leaveKind();
    };
    const run = this.process?.start(filter, {
      ...handlers,
      freed: () => {
        leave();
        handlers.freed();
      },
    });
    if (run === undefined) {
      leave();
      return undefined;
    }
    this.starts += 1;
    this.idleSince = undefined;
    return { ...run, enter: (other) => this.enter(other) };
  }

  /** A run of this owner begins. The returned function, called when it is over, may come after the process is gone. */
  enter(owner: string | undefined): () => void {
    if (owner === undefined) return () => {};
    const { process } = this;
    this.#runs.set(owner, (this.#runs.get(owner) ?? 0) + 1);
    return () => {
      if (this.process !== process) return;
      const left = (this.#runs.get(owner) ?? 0) - 1;
      if (left > 0) this.#runs.set(owner, left);
      else this.#runs.delete(owner);
    };
  }

  /** Likewise for a stream whose pictures are decoded. */
  #decodes(filter: FilterSpec): () => void {
    if (!('pictures' in filter)) return () => {};
    const { process } = this;
    const { hardware = 'software' } = filter;
    const count = (by: number): void => {
      this.#decoding = { ...this.#decoding, [hardware]: (this.#decoding[hardware] ?? 0) + by };
    };
    count(1);
    return () => {
      if (this.process === process) count(-1);
    };
  }

  rssBytes(): number {
    return this.#proc.read(this.process?.pid).rssBytes;
  }

  stats(slots: number): HostStats {
    return {
      id: this.id,
      role: this.#role,
      pid: this.process?.pid,
      slotsUsed: this.process?.slotsUsed ?? 0,
      slots,
      restarts: this.#restarts,
      deaths: this.#deaths,
      apart: this.cell !== undefined,
      owners: this.owners,
      decoding: this.#decoding,
      ...this.#proc.read(this.process?.pid),
    };
  }
}
