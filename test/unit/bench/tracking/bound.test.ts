import { expect, it } from 'vitest';
import { bound } from '../../../../bench/tracking/bound.js';

const box = (l: number) => ({ l, t: 0.2, w: 0.1, h: 0.3 });
const found = (l: number) => ({ box: box(l), kind: 0, score: 0.9 });

it('follows exactly what was found, from the first answer with it until it is gone', () => {
  const object = (id: number, l: number) => ({ id, box: box(l) });
  const truth = [
    [object(1, 0.1), object(2, 0.7)],
    [object(1, 0.12), object(2, 0.7)],
    [object(1, 0.14), object(2, 0.7)],
    [object(2, 0.7)],
    [object(2, 0.7)],
  ];
  // The second is missed at first; somewhere is nothing.
  const detections = [[found(0.11), found(0.4)], null, [found(0.13), found(0.7)], null, [found(0.7)]];
  expect(bound({ clip: { truth }, detections })).toEqual([
    [object(1, 0.1)],
    [object(1, 0.12)],
    [object(1, 0.14), object(2, 0.7)],
    [object(2, 0.7)],
    [object(2, 0.7)],
  ]);
});
