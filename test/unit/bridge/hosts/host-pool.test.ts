import { describe, expect, it } from 'vitest';
import { poolOf, refused } from '../../../kit/fake-hosts.js';

describe('a pool of hosts', () => {
  it('has no process until a filter is started', () => {
    const { pool, processes } = poolOf();
    expect(pool.stats()).toEqual([]);
    expect(pool.busy).toBe(false);
    expect(processes).toEqual([]);
  });

  it('fills its hosts, and starts another when all are full', () => {
    const { pool, processes, start } = poolOf();
    for (let n = 0; n < 5; n++) expect(refused(start())).toBe(false);
    expect(processes.map((each) => each.slotsUsed)).toEqual([2, 2, 1]);
    expect(pool.stats().map((host) => host.id)).toEqual(['decode-0', 'decode-1', 'decode-2']);
    expect(pool.busy).toBe(true);
  });

  it('takes the fullest host that has room', () => {
    const { processes, start } = poolOf({ slotsPerHost: 3 });
    for (let n = 0; n < 6; n++) start();
    processes[0]?.free();
    processes[1]?.free();
    processes[1]?.free();
    start();
    expect(processes.map((each) => each.slotsUsed)).toEqual([3, 1]);
  });

  it('ends a host that a moment of more runs has left idle, and keeps the last one', () => {
    const { pool, processes, time, start } = poolOf({ slotsPerHost: 2 });
    for (let n = 0; n < 5; n++) start();
    for (const each of processes.slice(1)) while (each.slotsUsed > 0) each.free();
    const pulses = (seconds: number): number[] => {
      for (const end = time.now + seconds * 1000; time.now < end; time.now += 1000) pool.pulse(false);
      return processes.map((each) => each.killed.length);
    };
    expect(pulses(59)).toEqual([0, 0, 0]);
    // What is used for a moment only has not been idle.
    start();
    processes[1]?.free();
    expect(pulses(30)).toEqual([0, 0, 1]);
    expect(pulses(60)).toEqual([0, 1, 1]);
    for (let n = 0; n < 2; n++) processes[0]?.free();
    expect(pulses(300)).toEqual([0, 1, 1]);
  });

  it('replaces a process that died, at once the first time and ever more slowly after that', () => {
    const { pool, processes, lines, time, start } = poolOf();
    const pauses: number[] = [];
    start();
    for (let crash = 0; crash < 9; crash++) {
      processes.at(-1)?.die('exited with code 1');
      const diedAt = time.now;
      while (refused(start())) time.now += 250;
      pauses.push(time.now - diedAt);
    }
    expect(pauses).toEqual([0, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(pool.stats()).toMatchObject([{ id: 'decode-0', restarts: 9 }]);
    expect(lines).toEqual(Array(9).fill('decode-0: exited with code 1'));
  });

  it('forgets crashes when a process has lived for a while', () => {
    const { processes, time, start } = poolOf();
    for (let crash = 0; crash < 3; crash++) {
      while (refused(start())) time.now += 100;
      processes.at(-1)?.die('exited with code 1');
    }
    expect(start()).toEqual({
      refused: 'decode hosts die again and again; the next is started in 1000 ms; the last exited with code 1',
      retryInMs: 1000,
    });
    time.now += 60_000;
    start();
    time.now += 30_000;
    processes.at(-1)?.die('exited with code 1');
    expect(refused(start())).toBe(false);
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
    expect(start()).toEqual({ refused: 'the bridge is closed' });
    await Promise.all(pool.kill('was closed'));
    expect(processes[0]?.killed).toEqual(['was closed']);
    expect(lines).toEqual([]);
  });
});
