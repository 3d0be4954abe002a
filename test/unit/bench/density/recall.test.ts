import { expect, it } from 'vitest';
import { rowsOf } from '../../../../bench/density/recall.js';

it('what is found is a share of the events of each policy, and the latest is told of', () => {
  const fates = [
    { group: 'keyframes', later: undefined },
    { group: 'full', later: 0 },
    { group: 'keyframes', later: 0.4 },
    { group: 'full', later: 0.1 },
    { group: 'blind', later: undefined },
  ];
  expect(rowsOf(fates).map(({ name, metric, value, said }) => [name, metric, value, said])).toEqual([
    ['keyframes', 'events found', 0.5, '1 of 2'],
    ['keyframes', 'begins later, worst', 0.4, undefined],
    ['full', 'events found', 1, '2 of 2'],
    ['full', 'begins later, worst', 0.1, undefined],
    ['blind', 'events found', 0, '0 of 1'],
  ]);
});
