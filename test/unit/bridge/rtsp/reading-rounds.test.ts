import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReadingRounds } from '../../../../bridge/rtsp/reading-rounds.js';

const ROUND_MS = 97;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Readers, and the times at which each of them was read. */
const readersOf = (count: number) => {
  const begun = Date.now();
  return Array.from({ length: count }, () => {
    const at: number[] = [];
    return { at, read: () => void at.push(Date.now() - begun) };
  });
};

describe('reading in rounds', () => {
  it('reads all of a few together, once a round', () => {
    const rounds = new ReadingRounds();
    const readers = readersOf(32);
    for (const reader of readers) rounds.add(reader);
    vi.advanceTimersByTime(3 * ROUND_MS);
    for (const { at } of readers) expect(at).toEqual([ROUND_MS, 2 * ROUND_MS, 3 * ROUND_MS]);
  });

  it('reads many in groups that follow each other, each once a round', () => {
    const rounds = new ReadingRounds();
    const readers = readersOf(100);
    for (const reader of readers) rounds.add(reader);
    // The first waits longer, as there was only one group when it began.
    vi.advanceTimersByTime(11 * ROUND_MS);
    expect(new Set(readers.map(({ at }) => at.at(-1))).size).toBe(4);
    for (const { at } of readers) {
      expect(at.length).toBeGreaterThanOrEqual(10);
      const apart = at.slice(1).map((time, index) => time - at[index]!);
      for (const each of apart) expect(Math.abs(each - ROUND_MS)).toBeLessThanOrEqual(4);
    }
  });

  it('reads no longer who has left, also in the middle of a round, and wakes nobody when all have', () => {
    const rounds = new ReadingRounds();
    const [first, second, third] = readersOf(3);
    const leaving = {
      read: () => {
        rounds.delete(second!);
        rounds.delete(leaving);
      },
    };
    for (const reader of [first!, leaving, second!, third!]) rounds.add(reader);
    vi.advanceTimersByTime(2 * ROUND_MS);
    expect([first!.at.length, second!.at.length, third!.at.length]).toEqual([2, 0, 2]);
    rounds.delete(first!);
    rounds.delete(third!);
    expect(vi.getTimerCount()).toBe(0);
    rounds.add(second!);
    vi.advanceTimersByTime(ROUND_MS);
    expect(second!.at).toHaveLength(1);
  });
});
