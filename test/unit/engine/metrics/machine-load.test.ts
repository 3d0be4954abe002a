import { performance } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import type { HostStats } from '../../../../bridge/types.js';
import { MachineLoad } from '../../../../engine/metrics/machine-load.js';
import { FakeClock } from '../../../kit/fake-clock.js';

const host = (cpuSeconds: number) => ({ cpuSeconds }) as HostStats;

it('tells shares of the time since it was asked for the same, and nothing at first', () => {
  const clock = new FakeClock();
  let cpuSeconds = 5;
  const load = new MachineLoad({ clock, hosts: () => [host(cpuSeconds)] });
  expect([load.mainThread(), load.processors()]).toEqual([0, 0]);
  // No time has passed by this clock.
  expect([load.mainThread(), load.processors()]).toEqual([0, 0]);
  // So much that what this test takes is nothing.
  clock.advance(1e9);
  expect(load.processors()).toBeLessThan(0.1);
  cpuSeconds += 1e9;
  clock.advance(1_000);
  expect(load.processors()).toBe(1);
  // A host has ended, and its time with it.
  cpuSeconds = 0;
  clock.advance(1e9);
  expect(load.processors()).toBeLessThan(0.1);
});

it('knows how busy the main thread is', () => {
  const clock = new FakeClock();
  const load = new MachineLoad({ clock, hosts: () => [] });
  load.mainThread();
  const until = performance.now() + 50;
  while (performance.now() < until);
  clock.advance(10);
  // More was done than there was time for, by this clock.
  expect(load.mainThread()).toBe(1);
  clock.advance(1e9);
  expect(load.mainThread()).toBeLessThan(0.01);
});
