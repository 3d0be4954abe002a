import { describe, expect, it } from 'vitest';
import { HostPool, type PooledProcess } from '../../../../bridge/hosts/host-pool.js';
import type { HostProcessEvents, RunHandle, RunHandlers } from '../../../../bridge/hosts/host-process.js';
import type { FilterSpec } from '../../../../bridge/hosts/protocol.js';

const filter: FilterSpec = { role: 'mux', codec: 'h264', path: '/clip.mp4', fragmentMs: 1000, asEngine: false };
const handlers: RunHandlers = { ended: () => {}, freed: () => {} };

/** A process that does nothing but count its runs; the test says when one is over. */
class FakeProcess implements PooledProcess {
  slotsUsed = 0;
  pid = undefined;
  excused = 0;
  readonly patience: number[] = [];
  readonly killed: string[] = [];
  constructor(
    readonly slots: number,
    readonly events: HostProcessEvents,
  ) {}
  start(): RunHandle | undefined {
    this.slotsUsed += 1;
    return { lane: undefined as never, stop: () => {} };
  }
  free(): void {
    this.slotsUsed -= 1;
    this.events.freed();
  }
  /** As a crash, or as what follows a kill. */
  die(why: string): void {
    this.slotsUsed = 0;
    this.events.lost(why);
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

const poolOf = (options: { slotsPerHost?: number; recycleStarts?: number } = {}) => {
  const processes: FakeProcess[] = [];
  const lines: string[] = [];
  const time = { now: 0 };
  const pool = new HostPool('mux', {
    slotsPerHost: options.slotsPerHost ?? 2,
    recycleRssBytes: Number.POSITIVE_INFINITY,
    recycleStarts: options.recycleStarts ?? 1000,
    hangTimeoutMs: 5000,
    log: (_level, message) => lines.push(message),
    startProcess: (_role, slots, events) => {
      const process = new FakeProcess(slots, events);
      processes.push(process);
      return process;
    },
    now: () => time.now,
  });
  return { pool, processes, lines, time, start: () => pool.start(filter, handlers) };
};

describe('a pool of hosts', () => {
  it('has no process until a filter is started', () => {
    const { pool, processes } = poolOf();
    expect(pool.stats()).toEqual([]);
    expect(pool.busy).toBe(false);
    expect(processes).toEqual([]);
  });

  it('fills its hosts, and starts another when all are full', () => {
    const { pool, processes, start } = poolOf();
    for (let n = 0; n < 5; n++) expect(start()).toBeTypeOf('object');
    expect(processes.map((each) => each.slotsUsed)).toEqual([2, 2, 1]);
    expect(pool.stats().map((host) => host.id)).toEqual(['mux-0', 'mux-1', 'mux-2']);
    expect(pool.busy).toBe(true);
  });

  it('has a host for each folder, and does not keep ever more that have nothing to do', () => {
    const { pool, processes } = poolOf();
    const startIn = (folder: string) => pool.start({ ...filter, path: `${folder}/clip.mp4` }, handlers);
    startIn('/a');
    startIn('/b');
    startIn('/a');
    expect(processes.map((each) => each.slotsUsed)).toEqual([2, 1]);
    for (const folder of ['/c', '/d', '/e', '/f']) {
      startIn(folder);
      processes.at(-1)?.free();
    }
    expect(processes.map((each) => each.killed.length)).toEqual([0, 0, 1, 0, 0, 0]);
    expect(processes.map((each) => each.slotsUsed)).toEqual([2, 1, 0, 0, 0, 0]);
  });

  it('takes the least loaded host', () => {
    const { processes, start } = poolOf({ slotsPerHost: 3 });
    for (let n = 0; n < 6; n++) start();
    processes[0]?.free();
    processes[1]?.free();
    processes[1]?.free();
    start();
    expect(processes.map((each) => each.slotsUsed)).toEqual([2, 2]);
  });

  it('replaces a process that died, at once the first time and ever more slowly after that', () => {
    const { pool, processes, lines, time, start } = poolOf();
    const pauses: number[] = [];
    start();
    for (let crash = 0; crash < 9; crash++) {
      processes.at(-1)?.die('exited with code 1');
      const diedAt = time.now;
      while (typeof start() === 'string') time.now += 250;
      pauses.push(time.now - diedAt);
    }
    expect(pauses).toEqual([0, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(pool.stats()).toMatchObject([{ id: 'mux-0', restarts: 9 }]);
    expect(lines).toEqual(Array(9).fill('mux-0: exited with code 1'));
  });

  it('forgets crashes when a process has lived for a while', () => {
    const { processes, time, start } = poolOf();
    for (let crash = 0; crash < 3; crash++) {
      while (typeof start() === 'string') time.now += 100;
      processes.at(-1)?.die('exited with code 1');
    }
    expect(start()).toMatch(/^mux hosts die again and again; the next is started in \d+ ms$/);
    time.now += 60_000;
    start();
    time.now += 30_000;
    processes.at(-1)?.die('exited with code 1');
    expect(start()).toBeTypeOf('object');
  });

  it('gives a process that is worn no new filters, and replaces it when its slots are free', () => {
    const { pool, processes, start } = poolOf();
    start();
    processes[0]?.events.worn('has grown');
    start();
    expect(processes.map((each) => each.slotsUsed)).toEqual([1, 1]);
    expect(processes[0]?.killed).toEqual([]);
    processes[0]?.free();
    expect(processes[0]?.killed).toEqual(['was replaced']);
    // That was no crash.
    start();
    start();
    expect(processes).toHaveLength(3);
    expect(pool.stats().map((host) => host.restarts)).toEqual([1, 0]);
  });

  it('wears a process out with so many starts', () => {
    const { processes, start } = poolOf({ recycleStarts: 3 });
    for (let n = 0; n < 4; n++) {
      start();
      processes.at(-1)?.free();
    }
    expect(processes).toHaveLength(2);
    expect(processes[0]?.killed).toEqual(['was replaced']);
  });

  it('checks pulses, and excuses silence when this process was held up', () => {
    const { pool, processes, start } = poolOf();
    start();
    pool.pulse(false);
    pool.pulse(true);
    expect(processes[0]?.patience).toEqual([5000, 5000]);
    expect(processes[0]?.excused).toBe(1);
  });

  it('starts nothing once it is shut, and does not take its end for a crash', async () => {
    const { pool, processes, lines, start } = poolOf();
    start();
    pool.shut();
    expect(start()).toBe('the bridge is closed');
    await Promise.all(pool.kill('was closed'));
    expect(processes[0]?.killed).toEqual(['was closed']);
    expect(lines).toEqual([]);
  });
});
