import { expect, it } from 'vitest';
import type { Tail } from '../../../../engine/archive/tail.js';
import { Written } from '../../../../engine/archive/written.js';

const tail = (index: number): Tail => ({
  next: { index, picture: index },
  epoch: 1,
  head: new Uint8Array(0),
  soundUntil: 0 as never,
});

const written = (...stretches: [from: number, next: number][]): Written => {
  const all = new Written();
  for (const [from, next] of stretches) all.put(from, tail(next));
  return all;
};

const holes = (of: Written, first: number, going?: number) =>
  of.holes(first, going).map(({ from, before, after }) => [from, before, after?.next.index]);

it('has no holes where nothing or everything is written', () => {
  expect(holes(new Written(), 5)).toEqual([]);
  expect(holes(written([0, 100]), 20)).toEqual([]);
  expect(holes(written([0, 100], [100, 200]), 20, 200)).toEqual([]);
});

it('knows what is missing before, between and behind', () => {
  const all = written([300, 400], [100, 200]);
  expect(holes(all, 50)).toEqual([
    [50, 100, undefined],
    [200, 300, 200],
  ]);
  expect(holes(all, 150, 450)).toEqual([
    [200, 300, 200],
    [400, 450, 400],
  ]);
  expect(holes(all, 250)).toEqual([[250, 300, undefined]]);
  expect(holes(all, 420, 450)).toEqual([[420, 450, undefined]]);
  expect(all.last?.next.index).toBe(400);
});

it('forgets what has left the ring, and keeps the last', () => {
  const all = written([0, 100], [200, 300]);
  all.forgetBefore(500);
  expect(all.last?.next.index).toBe(300);
  expect(holes(all, 0)).toEqual([[0, 200, undefined]]);
});
