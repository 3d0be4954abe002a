import { describe, expect, it } from 'vitest';
import { ConnectionGovernor } from '../../../../engine/camera/governor.js';
import { FakeClock, settle } from '../../../kit/fake-clock.js';

/** `count` cameras that all want to connect now; notes who got in when. */
const crowd = (governor: ConnectionGovernor, clock: FakeClock, count: number) => {
  const admitted: { camera: number; atMs: number }[] = [];
  const all = Array.from({ length: count }, (_, camera) =>
    governor.acquire().then(() => admitted.push({ camera, atMs: clock.monotonic() / 1000 })),
  );
  return { admitted, all };
};

const runFor = async (clock: FakeClock, ms: number) => {
  for (let t = 0; t < ms; t += 10) {
    clock.advance(10);
    await settle();
  }
};

describe('the governor', () => {
  it('lets ten a second through, evenly, in order of arrival', async () => {
    const clock = new FakeClock();
    const governor = new ConnectionGovernor({ clock });
    const { admitted, all } = crowd(governor, clock, 35);
    await settle();
    expect(admitted).toEqual([{ camera: 0, atMs: 0 }]);
    // The other 34 wait, on one timer.
    expect(clock.pendingTimers).toBe(1);
    await runFor(clock, 3400);
    await Promise.all(all);
    expect(admitted.map(({ camera }) => camera)).toEqual(Array.from({ length: 35 }, (_, i) => i));
    expect(admitted.map(({ atMs }) => atMs)).toEqual(Array.from({ length: 35 }, (_, i) => i * 100));
    expect(clock.pendingTimers).toBe(0);
  });

  it('never saves up more than its burst', async () => {
    const clock = new FakeClock();
    const governor = new ConnectionGovernor({ clock, perSecond: 10, burst: 3 });
    clock.advance(60_000);
    const { admitted } = crowd(governor, clock, 6);
    await settle();
    expect(admitted.length).toBe(3);
    await runFor(clock, 300);
    expect(admitted.length).toBe(6);
  });

  it('keeps the rate over single attempts that come apart', async () => {
    const clock = new FakeClock();
    const governor = new ConnectionGovernor({ clock });
    await governor.acquire();
    clock.advance(50);
    let second = false;
    const waiting = governor.acquire().then(() => {
      second = true;
    });
    await settle();
    expect(second).toBe(false);
    await runFor(clock, 50);
    await waiting;
    clock.advance(1000);
    await governor.acquire();
  });

  it('lets a camera leave the queue, which costs the others nothing', async () => {
    const clock = new FakeClock();
    const governor = new ConnectionGovernor({ clock });
    await governor.acquire();
    const abort = new AbortController();
    const reason = new Error('closed');
    const leaving = governor.acquire(abort.signal);
    let next = false;
    void governor.acquire().then(() => {
      next = true;
    });
    abort.abort(reason);
    await expect(leaving).rejects.toBe(reason);
    await runFor(clock, 100);
    expect(next).toBe(true);
  });

  it('leaves no timer when the last one leaves, and serves who comes then', async () => {
    const clock = new FakeClock();
    const governor = new ConnectionGovernor({ clock });
    await governor.acquire();
    const abort = new AbortController();
    const leaving = governor.acquire(abort.signal);
    abort.abort();
    await expect(leaving).rejects.toThrow();
    expect(clock.pendingTimers).toBe(0);
    let served = false;
    void governor.acquire().then(() => {
      served = true;
    });
    await runFor(clock, 100);
    expect(served).toBe(true);
  });

  it('refuses who has already left', async () => {
    const governor = new ConnectionGovernor({ clock: new FakeClock() });
    await expect(governor.acquire(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    await governor.acquire();
  });
});
