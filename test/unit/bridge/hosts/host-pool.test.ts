import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FilterSpec } from '../../../../bridge/hosts/protocol.js';
import { anyFilter, noHandlers, poolOf, refused } from '../../../kit/fake-hosts.js';
import { tempDir } from '../../../kit/temp-dir.js';

/** Where the filter of the kit writes. */
const place = { folder: '/', asEngine: false };

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
    expect(pool.stats().map((host) => host.id)).toEqual(['mux-0', 'mux-1', 'mux-2']);
    expect(pool.busy).toBe(true);
  });

  it('has a host for each folder, and does not keep ever more that have nothing to do', () => {
    const { pool, processes } = poolOf();
    const startIn = (folder: string) =>
      pool.start({ ...(anyFilter as FilterSpec & { role: 'mux' }), path: `${folder}/clip.mp4` }, noHandlers);
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

  it('replaces a host whose folder has been replaced, since it still sees the old one', () => {
    const folder = join(tempDir(), 'clips');
    mkdirSync(folder);
    const { pool, processes, time } = poolOf();
    const filter = { ...(anyFilter as FilterSpec & { role: 'mux' }), path: join(folder, 'clip.mp4') };
    pool.keepReady({ codec: 'h264' }, { folder, asEngine: false });
    pool.start(filter, noHandlers);
    expect(processes.map((each) => each.slotsUsed)).toEqual([1]);
    renameSync(folder, `${folder}-gone`);
    // Nothing can be started there, and nothing is tried.
    for (; time.now < 10_000; time.now += 1000) pool.pulse(false);
    expect(processes).toHaveLength(1);
    mkdirSync(folder);
    pool.start(filter, noHandlers);
    expect(processes.map((each) => each.slotsUsed)).toEqual([1, 1]);
    processes[0]?.free();
    expect(processes.map((each) => each.killed)).toEqual([['was replaced'], []]);
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

  it('keeps an idle host as long as one must be ready and the others are full', () => {
    const { pool, processes, time, start } = poolOf({ slotsPerHost: 1 });
    const release = pool.keepReady({ codec: 'h264' }, place);
    start();
    for (; time.now < 300_000; time.now += 1000) pool.pulse(false);
    expect(processes.map((each) => [each.slotsUsed, each.killed.length])).toEqual([
      [1, 0],
      [0, 0],
    ]);
    release();
    expect(processes.map((each) => each.killed)).toEqual([[], ['is no longer needed']]);
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
    expect(pool.stats()).toMatchObject([{ id: 'mux-0', restarts: 9 }]);
    expect(lines).toEqual(Array(9).fill('mux-0: exited with code 1'));
  });

  it('forgets crashes when a process has lived for a while', () => {
    const { processes, time, start } = poolOf();
    for (let crash = 0; crash < 3; crash++) {
      while (refused(start())) time.now += 100;
      processes.at(-1)?.die('exited with code 1');
    }
    expect(start()).toEqual({
      refused: 'mux hosts die again and again; the next is started in 1000 ms',
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

describe('a pool that is to be ready', () => {
  it('has one process for all who ask, with the next clip prepared, until nobody asks any more', () => {
    const { pool, processes, start } = poolOf();
    const releases = [
      pool.keepReady({ codec: 'h264' }, place),
      pool.keepReady({ codec: 'h265' }, place),
      pool.keepReady({ codec: 'h264' }, place),
    ];
    expect(processes).toHaveLength(1);
    expect(new Set(processes[0]?.warmed)).toEqual(new Set(['h264', 'h265']));
    // The last free slot is taken: the next clip finds another host.
    start();
    expect(processes).toHaveLength(1);
    start();
    expect(processes).toHaveLength(2);
    expect(processes[1]?.warmed).toContain('h264');
    processes[0]?.free();
    processes[0]?.free();
    for (const release of [...releases, ...releases]) release();
    expect(processes.map(({ killed }) => killed)).toEqual([['is no longer needed'], ['is no longer needed']]);
    // Nobody was replaced, and nobody died.
    expect(pool.stats().map(({ restarts, deaths }) => restarts + deaths)).toEqual([0, 0]);
  });

  it('lets clips that are being written finish when nobody asks any more', () => {
    const { pool, processes, start } = poolOf();
    const release = pool.keepReady({ codec: 'h264' }, place);
    start();
    release();
    expect(processes[0]?.killed).toEqual([]);
  });

  it('replaces a process that died, was worn or could not be started yet', () => {
    const { pool, processes, time } = poolOf();
    pool.keepReady({ codec: 'h264' }, place);
    processes[0]?.die('exited with code 1');
    expect(processes).toHaveLength(2);
    processes[1]?.events.worn('has grown');
    expect(processes).toHaveLength(3);
    processes[2]?.die('exited with code 1');
    expect(processes).toHaveLength(3);
    time.now += 1000;
    pool.pulse(false);
    expect(processes).toHaveLength(4);
    expect(processes[3]?.warmed).toEqual(['h264']);
  });

  it('starts none once it is shut', () => {
    const { pool, processes } = poolOf();
    pool.keepReady({ codec: 'h264' }, place);
    pool.shut();
    void pool.kill('was closed');
    pool.pulse(false);
    expect(processes).toHaveLength(1);
  });
});
