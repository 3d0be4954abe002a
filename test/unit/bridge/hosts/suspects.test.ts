import { describe, expect, it } from 'vitest';
import { anyFilter, noHandlers, PooledCameras, poolOf } from '../../../kit/fake-hosts.js';

describe('a camera that kills its hosts', () => {
  const rigOf = (count: number, slotsPerHost = 16) => {
    const rig = poolOf({ slotsPerHost });
    const cameras = new PooledCameras(rig, count);
    cameras.connect();
    const apart = () => rig.pool.stats().filter(({ apart, pid }) => apart && pid !== undefined);
    return { ...rig, cameras, apart };
  };

  it('has a host of its own after the second death, and its neighbours lose nothing more', () => {
    const { cameras, changes, apart, time } = rigOf(4);
    for (let death = 0; death < 2; death++) {
      cameras.kill('camera-2');
      // Nobody waits for the next host.
      expect(cameras.connect()).toHaveLength(4);
    }
    expect(apart().map(({ owners }) => owners)).toEqual(cameras.names.map((name) => [name]));
    for (let death = 0; death < 9; death++) {
      cameras.kill('camera-2');
      while (cameras.connect().length < 4) time.now += 250;
    }
    expect(Object.fromEntries(cameras.losses)).toEqual({ 'camera-0': 2, 'camera-1': 2, 'camera-2': 11, 'camera-3': 2 });
    const told = changes.map((change) => (change.kind === 'isolated' ? change.retryInMs : change.kind));
    expect(told).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000]);
    expect(changes[0]).toEqual({
      ...{ kind: 'isolated', role: 'decode', owner: 'camera-2' },
      ...{ deaths: 3, cause: 'exited with SIGSEGV', retryInMs: 500 },
    });
    // Once it is known who it was, the others are no longer set apart, and stay where they are.
    expect(apart().map(({ owners }) => owners)).toEqual([['camera-2']]);
  });

  it('waits alone, and is told how long', () => {
    const { cameras } = rigOf(3);
    for (let death = 0; death < 3; death++) {
      cameras.kill('camera-0');
      cameras.connect();
    }
    expect(cameras.connect()).toEqual(['camera-1', 'camera-2']);
    expect(cameras.ends.at(-1)).toEqual({ kind: 'hostLost', message: 'exited with SIGSEGV', retryInMs: 500 });
  });

  it('is found among sixteen with few more processes, and with few more losses for each', () => {
    const { cameras, processes, apart, changes } = rigOf(16);
    let most = 0;
    while (changes.length === 0) {
      cameras.kill('camera-5');
      cameras.connect();
      most = Math.max(most, apart().length);
    }
    expect(changes).toMatchObject([{ owner: 'camera-5', deaths: 4 }]);
    expect(most).toBe(4);
    expect(processes.filter((each) => !each.dead).length).toBeLessThanOrEqual(8);
    const others = cameras.names.filter((name) => name !== 'camera-5').map((name) => cameras.losses.get(name));
    expect(Math.max(...others.map(Number))).toBe(3);
    // Most were in other hosts when it was found.
    expect(others.filter((losses) => losses === 2).length).toBe(12);
  });

  it.each([2, 3, 6])('is found also if there are %i of them', (count) => {
    const { cameras, time, apart, changes } = rigOf(16);
    const guilty = cameras.names.slice(0, count);
    for (let round = 0; round < 200; round++) {
      for (const name of cameras
        .connect()
        .filter((each) => guilty.includes(each))
        .slice(0, 1))
        cameras.kill(name);
      time.now += 500;
    }
    const isolated = new Set(changes.map(({ owner }) => owner));
    expect([...isolated].sort()).toEqual(guilty);
    // Convicts beyond the bound share hosts with each other, and with nobody else.
    expect(apart().length).toBeLessThanOrEqual(2);
    for (const { owners } of apart()) expect(guilty).toEqual(expect.arrayContaining(owners));
    const before = new Map(cameras.losses);
    for (let round = 0; round < 50; round++) {
      for (const name of cameras
        .connect()
        .filter((each) => guilty.includes(each))
        .slice(0, 1))
        cameras.kill(name);
      time.now += 500;
    }
    for (const name of cameras.names.slice(count)) expect(cameras.losses.get(name)).toBe(before.get(name));
  });

  it('is cleared when its host lives: a suspect soon, a convict later and with an event', () => {
    const { pool, cameras, time, apart, changes } = rigOf(2);
    for (let death = 0; death < 2; death++) {
      cameras.kill('camera-0');
      cameras.connect();
    }
    expect(apart()).toHaveLength(2);
    time.now += 60_000;
    pool.pulse(false);
    expect(apart()).toEqual([]);
    expect(changes).toEqual([]);

    for (let death = 0; death < 3; death++) {
      cameras.kill('camera-0');
      cameras.connect();
      time.now += 1000;
    }
    cameras.connect();
    expect(apart().map(({ owners }) => owners)).toEqual([['camera-0']]);
    time.now += 9 * 60_000;
    pool.pulse(false);
    expect(apart()).toHaveLength(1);
    time.now += 60_000;
    pool.pulse(false);
    expect(apart()).toEqual([]);
    expect(changes.at(-1)).toMatchObject({ kind: 'released', role: 'decode', owner: 'camera-0' });
    // Its host is one for everyone now.
    expect(cameras.connect()).toHaveLength(2);
  });

  it('leaves no idle process behind when it is cleared and its slots are free', () => {
    const { pool, processes, cameras, time } = rigOf(3);
    for (let death = 0; death < 2; death++) {
      cameras.kill('camera-0');
      cameras.connect();
    }
    time.now += 60_000;
    pool.pulse(false);
    const living = processes.filter((each) => !each.dead);
    expect(living).toHaveLength(3);
    for (const each of living) if (each.slotsUsed > 0) each.free();
    expect(processes.filter((each) => !each.dead)).toHaveLength(1);
  });

  it('counts a host that hung like one that died', () => {
    const { cameras, processes, apart } = rigOf(2);
    for (let death = 0; death < 2; death++) {
      // What checkPulse does.
      processes.at(-1)?.kill('did not answer for 5000 ms');
      cameras.connect();
    }
    expect(apart()).toHaveLength(2);
  });

  it('is not blamed for hosts that died before they answered, nor for everyone at once', () => {
    const { cameras, processes, time, apart, pool } = rigOf(3);
    const killAll = () => {
      for (const each of processes.filter((one) => !one.dead)) each.die('exited with code 1');
    };
    for (let death = 0; death < 3; death++) {
      for (const each of processes) each.ready = false;
      killAll();
      while (cameras.connect().length < 3) time.now += 100;
    }
    expect(apart()).toEqual([]);

    // GStreamer is broken: all die, wherever they are.
    let pauses = 0;
    for (let round = 0; round < 40; round++) {
      killAll();
      cameras.connect();
      time.now += 1000;
      const start = pool.start(anyFilter, noHandlers);
      if ('refused' in start && /^decode hosts die again/.test(start.refused)) pauses += 1;
    }
    expect(pauses).toBeGreaterThan(5);
  });
});
