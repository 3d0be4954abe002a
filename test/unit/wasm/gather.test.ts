import { describe, expect, it } from 'vitest';
import { Gather } from '../../../wasm/detector/gather.js';

/** The wait that is given after `seconds` of pictures of so many cameras at 5 fps, each `burst` of them at once. */
function waitAt(cameras: number, seconds: number, burst = 1): number {
  const gather = new Gather();
  let wait = 0;
  const step = (200 / cameras) * burst;
  for (let now = 0; now < seconds * 1000; now += step) {
    for (let i = 0; i < burst; i++) wait = gather.arrived(now);
  }
  return wait;
}

describe('gathering', () => {
  it('does not let the pictures of a few cameras wait', () => {
    for (const cameras of [1, 8, 30]) expect(waitAt(cameras, 20)).toBe(0);
    expect(waitAt(8, 20, 8)).toBe(0);
  });

  it('waits the longer the more pictures come, and never longer than 50 ms', () => {
    const waits = [80, 100, 150, 200, 1000].map((cameras) => waitAt(cameras, 20));
    expect(waits[0]).toBeGreaterThan(0);
    for (let i = 1; i < waits.length; i++) expect(waits[i]).toBeGreaterThanOrEqual(waits[i - 1] as number);
    expect(waits[1]).toBeCloseTo(12.5, 0);
    expect(Math.max(...waits)).toBe(50);
    expect(waitAt(200, 20, 200)).toBeGreaterThan(40);
  });

  it('waits no more after a pause', () => {
    const gather = new Gather();
    for (let now = 0; now < 5000; now++) gather.arrived(now);
    expect(gather.arrived(5001)).toBeGreaterThan(48);
    expect(gather.arrived(15000)).toBe(0);
  });
});
