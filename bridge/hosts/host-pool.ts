import type { HostStats } from '../types.js';
import { HostProcess, type LogFn, type Run, type RunHandlers } from './host-process.js';
import { ProcReader } from './proc-stats.js';
import type { FilterSpec, Role } from './protocol.js';

export interface PoolOptions {
  slotsPerHost: number;
  recycleRssBytes: number;
  recycleStarts: number;
  hangTimeoutMs: number;
  log: LogFn;
}

/** A host that dies sooner than this after its start counts as a crash in a row. */
const SETTLED_MS = 30_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** The first crash is no pattern: the replacement comes at once. */
const FREE_CRASHES = 1;

/** A place for a host; the processes in it come and go. */
interface Seat {
  id: string;
  host: HostProcess | undefined;
  restarts: number;
  /** Filters that the present host has started. */
  starts: number;
  worn: boolean;
  proc: ProcReader;
}

/** The hosts of one role: started when needed, replaced when they die, retired when they have grown. */
export class HostPool {
  readonly #role: Role;
  readonly #options: PoolOptions;
  readonly #seats: Seat[] = [];
  #crashes = 0;
  #notBefore = 0;
  #closed = false;

  constructor(role: Role, options: PoolOptions) {
    this.#role = role;
    this.#options = options;
  }

  /** Starts a filter on the least loaded host that has room, or says why not. */
  start(filter: FilterSpec, handlers: RunHandlers): Run | string {
    if (this.#closed) return 'the bridge is closed';
    const free = this.#seats
      .filter((seat) => seat.host !== undefined && !seat.worn && seat.host.slotsUsed < seat.host.slots)
      .sort((a, b) => (a.host?.slotsUsed ?? 0) - (b.host?.slotsUsed ?? 0));
    const host = free[0]?.host ?? this.#spawn();
    if (typeof host === 'string') return host;
    const run = host.start(filter, handlers);
    if (run === undefined) return 'the bridge host has just ended';
    const seat = this.#seats.find((candidate) => candidate.host === host);
    if (seat && ++seat.starts >= this.#options.recycleStarts) this.#wear(seat, `has started ${seat.starts} filters`);
    return run;
  }

  /** Once a second. `heldUp`: this process did not run in time, so the hosts' silence proves nothing. */
  pulse(heldUp: boolean): void {
    for (const seat of this.#seats) {
      if (heldUp) seat.host?.excuse();
      seat.host?.checkPulse(this.#options.hangTimeoutMs);
    }
  }

  /** Marks the hosts that have grown too much; a worn host goes when its last slot is free. */
  weigh(): void {
    for (const seat of this.#seats) {
      if (seat.host === undefined || seat.worn) continue;
      const { rssBytes } = seat.proc.read(seat.host.pid);
      if (rssBytes > this.#options.recycleRssBytes)
        this.#wear(seat, `has grown to ${Math.round(rssBytes / 2 ** 20)} MiB`);
    }
  }

  stats(): HostStats[] {
    return this.#seats.map((seat) => ({
      id: seat.id,
      role: this.#role,
      pid: seat.host?.pid,
      slotsUsed: seat.host?.slotsUsed ?? 0,
      slots: this.#options.slotsPerHost,
      restarts: seat.restarts,
      ...seat.proc.read(seat.host?.pid),
    }));
  }

  get busy(): boolean {
    return this.#seats.some((seat) => (seat.host?.slotsUsed ?? 0) > 0);
  }

  /** No more starts. */
  shut(): void {
    this.#closed = true;
  }

  kill(why: string): Promise<void>[] {
    return this.#hosts().map((host) => {
      host.kill(why);
      return host.exited();
    });
  }

  #hosts(): HostProcess[] {
    return this.#seats.flatMap((seat) => (seat.host === undefined ? [] : [seat.host]));
  }

  #spawn(): HostProcess | string {
    const wait = this.#notBefore - performance.now();
    if (wait > 0) return `${this.#role} hosts die again and again; the next is started in ${Math.ceil(wait)} ms`;
    const seat = this.#seats.find((candidate) => candidate.host === undefined) ?? this.#addSeat();
    const log: LogFn = (level, message) => this.#options.log(level, `${seat.id}: ${message}`);
    const host = new HostProcess(this.#role, this.#options.slotsPerHost, {
      lost: (why) => this.#onLost(seat, host, why),
      worn: (why) => this.#wear(seat, why),
      freed: () => this.#retireIfDone(seat),
      log,
    });
    seat.host = host;
    seat.starts = 0;
    seat.worn = false;
    return host;
  }

  #addSeat(): Seat {
    const seat: Seat = {
      id: `${this.#role}-${this.#seats.length}`,
      host: undefined,
      restarts: 0,
      starts: 0,
      worn: false,
      proc: new ProcReader(),
    };
    this.#seats.push(seat);
    return seat;
  }

  #wear(seat: Seat, why: string): void {
    if (seat.worn) return;
    seat.worn = true;
    this.#options.log('info', `${seat.id}: ${why}; it is replaced when its slots are free`);
    this.#retireIfDone(seat);
  }

  #retireIfDone(seat: Seat): void {
    const host = seat.host;
    if (!seat.worn || host === undefined || host.slotsUsed > 0) return;
    seat.host = undefined;
    seat.restarts += 1;
    host.kill('was replaced');
  }

  #onLost(seat: Seat, host: HostProcess, why: string): void {
    // Retired or closed on purpose.
    if (seat.host !== host || this.#closed) return;
    seat.host = undefined;
    seat.restarts += 1;
    this.#crashes = performance.now() - host.startedAt < SETTLED_MS ? this.#crashes + 1 : 1;
    const over = this.#crashes - FREE_CRASHES;
    const pause = over > 0 ? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (over - 1)) : 0;
    this.#notBefore = performance.now() + pause;
    this.#options.log('warn', `${seat.id}: ${why}`);
  }
}
