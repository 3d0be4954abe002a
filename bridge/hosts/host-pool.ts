import { dirname } from 'node:path';
import type { HostStats } from '../types.js';
import type { HostProcess, HostProcessEvents, LogFn, RunHandle, RunHandlers } from './host-process.js';
import { ProcReader } from './proc-stats.js';
import type { FilterSpec, HostPlace, Role } from './protocol.js';

/** What the pool uses of a process. */
export type PooledProcess = Pick<
  HostProcess,
  'slots' | 'slotsUsed' | 'pid' | 'start' | 'checkPulse' | 'excuse' | 'kill' | 'exited'
>;

export interface PoolOptions {
  slotsPerHost: number;
  recycleRssBytes: number;
  recycleStarts: number;
  hangTimeoutMs: number;
  log: LogFn;
  startProcess(role: Role, slots: number, events: HostProcessEvents, place?: HostPlace): PooledProcess;
  /** Monotonic, in ms. */
  now(): number;
}

/** A process that dies sooner than this after its start counts as a crash in a row. */
const SETTLED_MS = 30_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** So many crashes in a row are replaced at once; one alone is no pattern. */
const FREE_CRASHES = 1;

/** So many idle processes may wait for more to write at other places. */
const IDLE_ELSEWHERE = 2;

/** A host of the pool. The processes behind it come and go. */
interface PooledHost {
  id: string;
  process: PooledProcess | undefined;
  /** Where the present process can write. Filters for another place need another process. */
  place: HostPlace | undefined;
  /** When the present process was started. */
  startedAt: number;
  /** Filters that the present process has started. */
  starts: number;
  /** The present process takes no new filters and is replaced when its slots are free. */
  worn: boolean;
  restarts: number;
  proc: ProcReader;
}

/** The hosts of one role: started when needed, replaced when they die, retired when they have grown. */
export class HostPool {
  readonly #role: Role;
  readonly #options: PoolOptions;
  readonly #hosts: PooledHost[] = [];
  #crashes = 0;
  #notBefore = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(role: Role, options: PoolOptions) {
    this.#role = role;
    this.#options = options;
  }

  /** Starts a filter on the least loaded host that has room, or says why not. */
  start(filter: FilterSpec, handlers: RunHandlers): RunHandle | string {
    if (this.#closed) return 'the bridge is closed';
    const place = placeOf(filter);
    const host = this.#leastLoaded(place) ?? this.#startHost(place);
    if (typeof host === 'string') return host;
    const run = host.process?.start(filter, handlers);
    if (run === undefined) return 'the bridge host has just ended';
    host.starts += 1;
    if (host.starts >= this.#options.recycleStarts) this.#wear(host, `has started ${host.starts} filters`);
    return run;
  }

  /** Called once a second. `heldUp`: this process did not run in time, so the hosts' silence proves nothing. */
  pulse(heldUp: boolean): void {
    for (const { process } of this.#hosts) {
      if (heldUp) process?.excuse();
      process?.checkPulse(this.#options.hangTimeoutMs);
    }
  }

  /** Marks the processes that have grown too much as worn. */
  checkMemory(): void {
    for (const host of this.#hosts) {
      if (host.process === undefined || host.worn) continue;
      const { rssBytes } = host.proc.read(host.process.pid);
      if (rssBytes > this.#options.recycleRssBytes)
        this.#wear(host, `has grown to ${Math.round(rssBytes / 2 ** 20)} MiB`);
    }
  }

  stats(): HostStats[] {
    return this.#hosts.map((host) => ({
      id: host.id,
      role: this.#role,
      pid: host.process?.pid,
      slotsUsed: host.process?.slotsUsed ?? 0,
      slots: this.#options.slotsPerHost,
      restarts: host.restarts,
      ...host.proc.read(host.process?.pid),
    }));
  }

  get busy(): boolean {
    return this.#hosts.some((host) => (host.process?.slotsUsed ?? 0) > 0);
  }

  /** No more starts. */
  shut(): void {
    this.#closed = true;
  }

  /** Kills all processes; one promise for each, which resolves when it is gone. */
  kill(why: string): Promise<void>[] {
    return this.#hosts.flatMap(({ process }) => {
      if (process === undefined) return [];
      process.kill(why);
      return [process.exited()];
    });
  }

  #leastLoaded(place: HostPlace | undefined): PooledHost | undefined {
    let best: PooledHost | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const host of this.#hosts) {
      const { process } = host;
      if (process === undefined || host.worn || process.slotsUsed >= process.slots) continue;
      if (!isSamePlace(host.place, place)) continue;
      if (process.slotsUsed >= least) continue;
      best = host;
      least = process.slotsUsed;
    }
    return best;
  }

  #startHost(place: HostPlace | undefined): PooledHost | string {
    const { now, log, startProcess, slotsPerHost } = this.#options;
    const wait = this.#notBefore - now();
    if (wait > 0) return `${this.#role} hosts die again and again; the next is started in ${Math.ceil(wait)} ms`;
    this.#retireElsewhere(place);
    const host = this.#hosts.find((candidate) => candidate.process === undefined) ?? this.#addHost();
    const events: HostProcessEvents = {
      lost: (why) => this.#onLost(host, process, why),
      worn: (why) => this.#wear(host, why),
      freed: () => this.#retireIfDone(host),
      log: (level, message) => log(level, `${host.id}: ${message}`),
    };
    const process = startProcess(this.#role, slotsPerHost, events, place);
    host.process = process;
    host.place = place;
    host.startedAt = now();
    host.starts = 0;
    host.worn = false;
    return host;
  }

  /** Idle processes for other places stay, for the next filter there, but not ever more of them. */
  #retireElsewhere(place: HostPlace | undefined): void {
    const idle = this.#hosts.filter((host) => host.process?.slotsUsed === 0 && !isSamePlace(host.place, place));
    for (const host of idle.slice(0, -IDLE_ELSEWHERE)) this.#wear(host, 'has nothing to write at its place');
  }

  #addHost(): PooledHost {
    const host: PooledHost = {
      id: `${this.#role}-${this.#hosts.length}`,
      process: undefined,
      place: undefined,
      startedAt: 0,
      starts: 0,
      worn: false,
      restarts: 0,
      proc: new ProcReader(),
    };
    this.#hosts.push(host);
    return host;
  }

  #wear(host: PooledHost, why: string): void {
    if (host.worn) return;
    host.worn = true;
    this.#options.log('info', `${host.id}: ${why}; it is replaced when its slots are free`);
    this.#retireIfDone(host);
  }

  #retireIfDone(host: PooledHost): void {
    const { process } = host;
    if (!host.worn || process === undefined || process.slotsUsed > 0) return;
    host.process = undefined;
    host.restarts += 1;
    process.kill('was replaced');
  }

  #onLost(host: PooledHost, process: PooledProcess, why: string): void {
    // Retired or closed on purpose.
    if (host.process !== process || this.#closed) return;
    const { now, log } = this.#options;
    host.process = undefined;
    host.restarts += 1;
    this.#crashes = now() - host.startedAt < SETTLED_MS ? this.#crashes + 1 : 1;
    const over = this.#crashes - FREE_CRASHES;
    // The engine's Backoff would do, but the bridge knows nothing of the engine, and this is all that it needs.
    const pause = over > 0 ? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (over - 1)) : 0;
    this.#notBefore = now() + pause;
    log('warn', `${host.id}: ${why}`);
  }
}

const placeOf = (filter: FilterSpec): HostPlace | undefined =>
  filter.role === 'mux' ? { folder: dirname(filter.path), asEngine: filter.asEngine } : undefined;

const isSamePlace = (one: HostPlace | undefined, other: HostPlace | undefined): boolean =>
  one?.folder === other?.folder && one?.asEngine === other?.asEngine;
