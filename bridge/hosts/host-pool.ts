import type { EndReason, HostStats, IsolationChange } from '../types.js';
import type { HostProcessEvents, LogFn, RunHandlers } from './host-process.js';
import { PooledHost, type PooledProcess, type PooledRun } from './pooled-host.js';
import type { FilterSpec, Role } from './protocol.js';
import { pauseAfter, type StandingChange, Suspects } from './suspects.js';

export interface PoolOptions {
  slotsPerHost: number;
  recycleRssBytes: number;
  recycleStarts: number;
  hangTimeoutMs: number;
  log: LogFn;
  onIsolation(change: IsolationChange): void;
  /** What its hosts are called, with a number each. */
  name?: string;
  startProcess(role: Role, slots: number, events: HostProcessEvents): PooledProcess;
  /** Monotonic, in ms. */
  now(): number;
}

/** Why a filter is not started. `retryInMs`: how long it would be refused again. */
export interface Refusal {
  refused: string;
  retryInMs?: number;
}

/** A process that dies sooner than this after its start counts as a crash in a row. */
const SETTLED_MS = 30_000;
/** So many crashes in a row are replaced at once; one alone is no pattern. */
const FREE_CRASHES = 1;
/** Hosts for suspects at one time. They share them when there are more suspects. */
const MOST_CELLS = 4;
/** Of these, for convicts, who share them likewise: suspects must never end up all in one. */
const MOST_CONVICT_CELLS = MOST_CELLS - 2;
/** An idle process that nobody will miss ends after so long. */
const IDLE_MS = 60_000;
/** If so many owners kill hosts of their own and no host lives, it is not the owners. */
const NOBODY_IS_THAT_UNLUCKY = 3;

/**
 * The hosts of one role: started when needed, replaced when they die, retired when they have grown. Owners whose media
 * may have killed hosts run apart from the others, see suspects.ts.
 */
export class HostPool {
  readonly #role: Role;
  readonly #options: PoolOptions;
  readonly #hosts: PooledHost[] = [];
  readonly #suspects: Suspects;
  #crashes = 0;
  #lastCrash = '';
  #notBefore = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(role: Role, options: PoolOptions) {
    this.#role = role;
    this.#options = options;
    this.#suspects = new Suspects(options.now);
  }

  /** Starts a filter on a host that has room, or says why not. */
  start(filter: FilterSpec, handlers: RunHandlers, owner?: string): PooledRun | Refusal {
    if (this.#closed) return { refused: 'the bridge is closed' };
    const host = this.#hostFor(owner);
    if ('refused' in host) return host;
    const run = host.start(
      filter,
      { ...handlers, ended: (reason) => handlers.ended(this.#withPause(reason, owner)) },
      owner,
    );
    if (run === undefined) return { refused: 'the bridge host has just ended' };
    if (host.starts >= this.#options.recycleStarts) this.#wear(host, `has started ${host.starts} filters`);
    return run;
  }

  /** Whether this owner's filters run apart from the others'. */
  isApart(owner: string | undefined): boolean {
    return owner !== undefined && this.#suspects.standing(owner) !== 'free';
  }

  /** Called once a second. `heldUp`: this process did not run in time, so the hosts' silence proves nothing. */
  pulse(heldUp: boolean): void {
    for (const { process } of this.#hosts) {
      if (heldUp) process?.excuse();
      process?.checkPulse(this.#options.hangTimeoutMs);
    }
    this.#report(this.#suspects.review());
    this.#retireIdle();
  }

  /** Marks the processes that have grown too much as worn. */
  checkMemory(): void {
    for (const host of this.#hosts) {
      if (host.process === undefined || host.worn) continue;
      const rssBytes = host.rssBytes();
      if (rssBytes > this.#options.recycleRssBytes)
        this.#wear(host, `has grown to ${Math.round(rssBytes / 2 ** 20)} MiB`);
    }
  }

  stats(): HostStats[] {
    return this.#hosts.map((host) => host.stats(this.#options.slotsPerHost));
  }

  get busy(): boolean {
    return this.#hosts.some((host) => host.busy);
  }

  /** No more starts. */
  shut(): void {
    this.#closed = true;
  }

  /** Kills all processes; one promise for each, which resolves when it is gone. @param reason as of a host's `kill` */
  kill(why: string, reason?: EndReason): Promise<void>[] {
    return this.#hosts.flatMap(({ process }) => {
      if (process === undefined) return [];
      process.kill(why, reason);
      return [process.exited()];
    });
  }

  #sharedHost(): PooledHost | Refusal {
    const shared = this.#hosts.filter((host) => host.cell === undefined && host.hasRoom);
    // The fullest, so that a host which was needed for a while only becomes idle again.
    return leastBy(shared, (host) => -(host.process?.slotsUsed ?? 0)) ?? this.#startHost(undefined);
  }

  #hostFor(owner: string | undefined): PooledHost | Refusal {
    if (owner === undefined || !this.isApart(owner)) return this.#sharedHost();
    const wait = this.#suspects.pauseOf(owner);
    if (wait > 0) {
      const ms = Math.ceil(wait);
      return { refused: `its ${this.#role} hosts die again and again; the next is started in ${ms} ms`, retryInMs: ms };
    }
    return this.#cellFor(owner);
  }

  /** A host apart: the one that the owner has already, one of its own if there may be another, or the emptiest. */
  #cellFor(owner: string): PooledHost | Refusal {
    const standing = this.#suspects.standing(owner);
    const cells = this.#hosts.filter(({ cell }) => cell !== undefined);
    const isOfConvicts = ({ cell }: PooledHost): boolean => this.#holds(cell, 'convict');
    const own = cells.find((host) => host.hasRoom && host.cell?.has(owner));
    if (own) return own;
    const alike = cells.filter((host) => isOfConvicts(host) === (standing === 'convict'));
    const mayAdd = cells.length < MOST_CELLS && (standing === 'suspect' || alike.length < MOST_CONVICT_CELLS);
    const emptiest = leastBy(
      alike.filter((host) => host.hasRoom),
      ({ cell }) => cell?.size ?? 0,
    );
    if (mayAdd || !emptiest) return this.#startHost(new Set([owner]));
    emptiest.cell?.add(owner);
    return emptiest;
  }

  #startHost(cell: Set<string> | undefined): PooledHost | Refusal {
    const { now, log, startProcess, slotsPerHost } = this.#options;
    const wait = Math.ceil(this.#notBefore - now());
    if (wait > 0) {
      const refused = `${this.#role} hosts die again and again; the next is started in ${wait} ms; the last ${this.#lastCrash}`;
      return { refused, retryInMs: wait };
    }
    const host = this.#hosts.find((candidate) => candidate.process === undefined) ?? this.#addHost();
    const events: HostProcessEvents = {
      lost: (why) => this.#onLost(host, process, why),
      worn: (why) => this.#wear(host, why),
      freed: () => this.#retireIfDone(host),
      log: (level, message) => log(level, `${host.id}: ${message}`),
    };
    const process = startProcess(this.#role, slotsPerHost, events);
    host.begin(process, now(), cell);
    return host;
  }

  #addHost(): PooledHost {
    const host = new PooledHost(`${this.#options.name ?? this.#role}-${this.#hosts.length}`, this.#role);
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
    if (host.busy) return;
    if (host.worn) this.#retire(host, 'replaced');
    else if (this.#isSuperfluous(host)) this.#retire(host, 'unneeded');
  }

  #retire(host: PooledHost, how: 'replaced' | 'unneeded'): void {
    const { process } = host;
    if (process === undefined) return;
    host.end(how);
    process.kill(how === 'replaced' ? 'was replaced' : 'is no longer needed');
  }

  /** A moment in which a camera's old run ends while its new one begins must not cost another process for ever. */
  #retireIdle(): void {
    const now = this.#options.now();
    const shared = this.#hosts.filter(({ process, cell }) => process !== undefined && cell === undefined);
    for (const host of shared) host.idleSince = this.#isMissed(host, shared) ? undefined : (host.idleSince ?? now);
    // One at a time: two idle ones must not both count on the other.
    const idle = shared.find(({ idleSince }) => idleSince !== undefined && now - idleSince >= IDLE_MS);
    if (idle) this.#retire(idle, 'unneeded');
  }

  #isMissed({ id, busy }: PooledHost, shared: readonly PooledHost[]): boolean {
    return busy || !shared.some((other) => other.id !== id && !other.worn);
  }

  #isSuperfluous({ spare, cell, id }: PooledHost): boolean {
    return spare && this.#hosts.some((other) => other.id !== id && other.cell === cell && other.hasRoom);
  }

  #onLost(host: PooledHost, process: PooledProcess, why: string): void {
    // Retired or closed on purpose.
    if (host.process !== process || this.#closed) return;
    const { log } = this.#options;
    const { owners, cell, startedAt } = host;
    host.end('died');
    log('warn', `${host.id}: ${why}`);
    const nobodys = !process.ready || owners.length === 0;
    if (!nobodys) this.#report(this.#suspects.died(owners, cell !== undefined, why));
    if (nobodys || this.#nobodyLives()) this.#crashed(startedAt, why);
  }

  /** Nobody is to blame but the hosts themselves, so they are started ever more slowly. */
  #crashed(startedAt: number, why: string): void {
    this.#lastCrash = why;
    const { now } = this.#options;
    this.#crashes = now() - startedAt < SETTLED_MS ? this.#crashes + 1 : 1;
    this.#notBefore = now() + pauseAfter(this.#crashes - FREE_CRASHES);
  }

  #nobodyLives(): boolean {
    const settled = this.#options.now() - SETTLED_MS;
    const lives = this.#hosts.some(({ process, startedAt }) => process !== undefined && startedAt <= settled);
    return !lives && this.#suspects.convicts >= NOBODY_IS_THAT_UNLUCKY;
  }

  #report(changes: StandingChange[]): void {
    for (const host of this.#hosts) {
      // Everyone that it was there for has been cleared.
      if (host.cell === undefined || this.#holds(host.cell, 'suspect') || this.#holds(host.cell, 'convict')) continue;
      host.cell = undefined;
      host.spare = true;
      this.#retireIfDone(host);
    }
    for (const change of changes) this.#options.onIsolation({ ...change, role: this.#role });
  }

  #holds(cell: ReadonlySet<string> | undefined, standing: 'suspect' | 'convict'): boolean {
    return [...(cell ?? [])].some((owner) => this.#suspects.standing(owner) === standing);
  }

  /** So that nobody tries again at once who would be refused. */
  #withPause(reason: EndReason, owner: string | undefined): EndReason {
    if (reason.kind !== 'hostLost') return reason;
    const retryInMs = Math.ceil(this.#suspects.pauseOf(owner));
    return retryInMs > 0 ? { ...reason, retryInMs } : reason;
  }
}

const leastBy = (hosts: readonly PooledHost[], weight: (host: PooledHost) => number): PooledHost | undefined => {
  let best: PooledHost | undefined;
  for (const host of hosts) if (best === undefined || weight(host) < weight(best)) best = host;
  return best;
};
