import { describe, expect, it } from 'vitest';
import type { MonotonicTime } from '../../../../../engine/core/time.js';
import { Window } from '../../../../../engine/inference/grpc/window.js';

/**
 * A camera with ten pictures a second before a server, in steps of 10 ms.
 *
 * @param answers numbers of samples that the server answers now
 */
const simulate = (
  window: Window,
  seconds: number,
  answers: (now: number, underWay: readonly { at: number }[]) => number,
) => {
  const underWay: { at: number }[] = [];
  const latencies: number[] = [];
  let sentAt = 0;
  let movedAt = 0;
  for (let ms = 0; ms < seconds * 1000; ms += 10) {
    const now = (ms * 1000) as MonotonicTime;
    if (ms % 100 === 0 && underWay.length < window.limit) {
      underWay.push({ at: ms });
      sentAt = ms;
      movedAt = ms;
    }
    for (let left = answers(ms, underWay); left > 0; left--) {
      const before = underWay.length;
      latencies.push(ms - underWay.shift()!.at);
      window.answered(now, (sentAt * 1000) as MonotonicTime, before);
      movedAt = ms;
    }
    if (ms % 100 === 50 && underWay.length >= window.limit) window.stalled(now, (movedAt * 1000) as MonotonicTime);
  }
  return { latencies, limit: window.limit };
};

const lagging = (held: number) => (_: number, underWay: readonly unknown[]) => (underWay.length > held ? 1 : 0);

/** Works on one sample at a time. */
const slow = (serviceMs: number) => {
  let busySince: number | undefined;
  return (now: number, underWay: readonly unknown[]): number => {
    if (underWay.length === 0) return 0;
    busySince ??= now;
    if (now - busySince < serviceMs) return 0;
    busySince = underWay.length > 1 ? now : undefined;
    return 1;
  };
};

const fresh = (): Window => new Window({ first: 4, most: 16 });

describe('the window', () => {
  it.each([0, 1, 3])('stays as it is before a server that holds back %i samples', (held) => {
    expect(simulate(fresh(), 20, lagging(held)).limit).toBe(4);
  });

  it.each([4, 10, 14])('grows until a server that holds back %i samples answers every picture', (held) => {
    const { latencies, limit } = simulate(fresh(), 60, lagging(held));
    expect(limit).toBe(held + 1);
    expect(latencies.length).toBeGreaterThan(530);
  });

  it.each([500, 1000, 2000, 3000])(
    'keeps few samples waiting before a server that takes %i ms for each',
    (serviceMs) => {
      const { latencies, limit } = simulate(fresh(), 180, slow(serviceMs));
      expect(limit).toBeLessThanOrEqual(3);
      expect(latencies.at(-1)).toBeLessThanOrEqual(3 * serviceMs + 100);
      // At first, more is tried: it might be one that waits for more.
      expect(Math.max(...latencies)).toBeLessThan(9 * serviceMs);
      // It is never without work.
      expect(latencies.length).toBeGreaterThan(180_000 / serviceMs - 4);
    },
  );

  it('does not try again what was too small', () => {
    const window = fresh();
    // Batches of four that take a while: each answer seems to come by itself.
    let waits = 0;
    const batches = (_: number, underWay: readonly unknown[]): number => {
      if (underWay.length < 4) waits = 0;
      else waits += 10;
      return waits === 400 ? 4 : 0;
    };
    simulate(window, 30, batches);
    const { latencies } = simulate(window, 60, batches);
    expect(latencies.length).toBeGreaterThan(60 * 4 * 0.6);
  });

  it('halves when a server does not keep up', () => {
    const window = fresh();
    window.overdue();
    expect(window.limit).toBe(2);
    window.overdue();
    window.overdue();
    expect(window.limit).toBe(1);
  });
});
