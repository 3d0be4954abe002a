import { HostPool } from '../../bridge/hosts/host-pool.js';
import type { HostProcessEvents, RunHandle, RunHandlers } from '../../bridge/hosts/host-process.js';
import type { PooledProcess } from '../../bridge/hosts/pooled-host.js';
import type { FilterSpec } from '../../bridge/hosts/protocol.js';
import type { EndReason, IsolationChange } from '../../bridge/types.js';

export const anyFilter: FilterSpec = { role: 'decode', encode: 'alaw' };
export const noHandlers: RunHandlers = { ended: () => {}, freed: () => {} };

/** A process that does nothing but hold its runs; the test says when one is over. */
class FakeProcess implements PooledProcess {
  readonly #runs: RunHandlers[] = [];
  ready = true;
  dead = false;
  excused = 0;
  readonly patience: number[] = [];
  readonly killed: string[] = [];
  constructor(
    readonly slots: number,
    readonly events: HostProcessEvents,
    /** More than any real process has. */
    readonly pid: number,
  ) {}
  get slotsUsed(): number {
    return this.#runs.length;
  }
  start(_filter: FilterSpec, run: RunHandlers): RunHandle | undefined {
    if (this.dead) return undefined;
    this.#runs.push(run);
    return {
      lane: undefined as never,
      sound: undefined,
      stop: () => {},
      play: () => {},
      readInRounds: () => {},
      shape: () => {},
    };
  }
  /** Its oldest run is over. */
  free(): void {
    this.#runs.shift()?.freed();
    this.events.freed();
  }
  /** As a crash, or as what follows a kill. */
  die(why: string): void {
    if (this.dead) return;
    this.dead = true;
    const runs = this.#runs.splice(0);
    this.events.lost(why);
    for (const run of runs) {
      run.ended({ kind: 'hostLost', message: why });
      run.freed();
    }
  }
  checkPulse(patienceMs: number): void {
    this.patience.push(patienceMs);
  }
  excuse(): void {
    this.excused += 1;
  }
  kill(why: string): void {
    this.killed.push(why);
    this.die(why);
  }
  exited(): Promise<void> {
    return Promise.resolve();
  }
}

/** A pool with fake processes and a clock that the test turns. */
export const poolOf = (options: { slotsPerHost?: number; recycleStarts?: number } = {}) => {
  const processes: FakeProcess[] = [];
  const lines: string[] = [];
  const changes: IsolationChange[] = [];
  const time = { now: 0 };
  const pool = new HostPool('decode', {
    slotsPerHost: options.slotsPerHost ?? 2,
    recycleRssBytes: Number.POSITIVE_INFINITY,
    recycleStarts: options.recycleStarts ?? 1000,
    hangTimeoutMs: 5000,
    log: (_level, message) => lines.push(message),
    onIsolation: (change) => changes.push(change),
    startProcess: (_role, slots, events) => {
      const process = new FakeProcess(slots, events, 2 ** 30 + processes.length);
      processes.push(process);
      return process;
    },
    now: () => time.now,
  });
  return { pool, processes, lines, changes, time, start: () => pool.start(anyFilter, noHandlers) };
};
type Rig = ReturnType<typeof poolOf>;
export const refused = (started: object): boolean => 'refused' in started;

/** Cameras that start again whenever they are lost, and are told how. */
export class PooledCameras {
  readonly #rig: Rig;
  readonly names: readonly string[];
  readonly losses = new Map<string, number>();
  readonly #running = new Set<string>();
  readonly ends: EndReason[] = [];

  constructor(rig: Rig, count: number) {
    this.#rig = rig;
    this.names = Array.from({ length: count }, (_, n) => `camera-${n}`);
  }

  /** @returns those that run now. */
  connect(): readonly string[] {
    for (const name of this.names) {
      if (this.#running.has(name)) continue;
      const run = this.#rig.pool.start(
        anyFilter,
        {
          ended: (reason) => this.ends.push(reason),
          freed: () => {
            this.#running.delete(name);
            this.losses.set(name, (this.losses.get(name) ?? 0) + 1);
          },
        },
        name,
      );
      if (!refused(run)) this.#running.add(name);
    }
    return [...this.#running];
  }

  /** The host in which it runs dies. */
  kill(name: string, why = 'exited with SIGSEGV'): void {
    const { pid } = this.#rig.pool.stats().find(({ owners }) => owners.includes(name)) ?? {};
    const process = this.#rig.processes.find((each) => each.pid === pid);
    if (process === undefined) throw new Error(`${name} runs nowhere`);
    process.die(why);
  }
}
