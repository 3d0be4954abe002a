import { beforeEach, describe, expect, it } from 'vitest';
import type { MonotonicTime } from '../../../../../engine/core/time.js';
import { AckBook } from '../../../../../engine/inference/grpc/ack-book.js';
import type { Sample } from '../../../../../engine/inference/types.js';

const placed = { content: {}, release: () => {} };
const at = (ms: number): MonotonicTime => (ms * 1000) as MonotonicTime;
let book: AckBook;
let next: number;

const send = (count: number): void => {
  for (let n = 0; n < count; n++) book.add(next, {} as Sample, at(next++), placed);
};

/** What an answer says about which samples. */
const acknowledge = (sequence: number): string | [number, number[]] => {
  const outcome = book.acknowledge(sequence);
  if (outcome.kind !== 'answer') return outcome.kind;
  return [outcome.entry.sequence, outcome.skipped.map((entry) => entry.sequence)];
};

beforeEach(() => {
  book = new AckBook();
  next = 2;
});

describe('the book of samples that wait for an answer', () => {
  it('finds a sample by its number once, and nothing by any other number', () => {
    send(2);
    expect(acknowledge(3)).toEqual([3, []]);
    expect([acknowledge(3), acknowledge(1), acknowledge(99)]).toEqual(['unknown', 'unknown', 'unknown']);
    expect(book.size).toBe(1);
  });

  it('counts samples that have been passed over as not at hand, and still takes their answers', () => {
    send(4);
    expect(acknowledge(5)).toEqual([5, []]);
    expect([book.size, book.inFlight]).toEqual([3, 0]);
    expect(acknowledge(2)).toEqual([2, []]);
    expect([book.size, book.inFlight]).toEqual([2, 0]);
  });

  it('gives up a sample after eight later answers, and after three gaps at once', () => {
    const given: number[] = [];
    const patience: number[] = [];
    for (let batch = 0; batch < 20; batch++) {
      send(2);
      const outcome = book.acknowledge(next - 1);
      if (outcome.kind !== 'answer') throw new Error(outcome.kind);
      for (const { sequence, passed } of outcome.skipped) {
        given.push(sequence);
        patience.push(passed);
      }
    }
    expect(patience.slice(0, 3)).toEqual([8, 8, 8]);
    expect(patience.at(-1)).toBe(1);
    expect(new Set(given).size).toBe(given.length);
    expect(book.size).toBe(0);
  });

  it('never learns to give up early from a server that answers out of order', () => {
    for (let n = 0; n < 50; n++) {
      send(2);
      expect(acknowledge(next - 1)).toEqual([next - 1, []]);
      expect(acknowledge(next - 2)).toEqual([next - 2, []]);
    }
    send(1);
    const lonely = next - 1;
    const waited: number[] = [];
    for (let n = 1; n <= 20; n++) {
      send(1);
      const outcome = acknowledge(next - 1);
      if (outcome[1]?.includes(lonely as never)) waited.push(n);
    }
    expect(waited).toEqual([]);
    expect(book.size).toBe(1);
  });

  it('tells an answer that comes too late from one that was never asked for, and waits longer then', () => {
    send(1);
    for (let n = 0; n < 8; n++) {
      send(1);
      book.acknowledge(next - 1);
    }
    expect(book.size).toBe(0);
    expect([acknowledge(2), acknowledge(2)]).toEqual(['late', 'unknown']);
    send(1);
    for (let n = 0; n < 10; n++) {
      send(1);
      book.acknowledge(next - 1);
    }
    expect(book.size).toBe(1);
  });

  it('gives up what is old, in order, and what was passed over most if there is no room', () => {
    send(5);
    expect(book.giveUpOldest()).toBeUndefined();
    book.acknowledge(5);
    expect(book.giveUpOldest()?.sequence).toBe(2);
    expect(book.expire(at(4)).map(({ sequence }) => sequence)).toEqual([3]);
    expect(book.close().map(({ sequence }) => sequence)).toEqual([4, 6]);
    expect([book.size, book.inFlight]).toEqual([0, 0]);
  });
});
