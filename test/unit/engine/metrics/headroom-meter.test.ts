import { expect, it } from 'vitest';
import { HeadroomMeter } from '../../../../engine/metrics/headroom-meter.js';
import { FakeClock } from '../../../kit/fake-clock.js';

it('tells of the time since it looked before, and of no time that is too short', () => {
  const clock = new FakeClock();
  let cameras = 4;
  const meter = new HeadroomMeter({ clock, cameras: () => cameras, hosts: () => [] });
  expect(meter.read()).toBeUndefined();
  clock.advance(9_000);
  expect(meter.read()).toBeUndefined();
  clock.advance(2_000);
  const headroom = meter.read();
  expect(Object.keys(headroom ?? {})).toEqual(['mainThread', 'processors', 'memory']);
  for (const value of Object.values(headroom!)) expect(value).toBeGreaterThanOrEqual(0);
  clock.advance(5_000);
  expect(meter.read()).toBe(headroom);
  cameras = 0;
  clock.advance(6_000);
  expect(meter.read()).toBeUndefined();
});
