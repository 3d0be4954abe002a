import { expect, it } from 'vitest';
import { comparePriorities, highestPriority, PRIORITIES, type Priority } from '../../../../engine/core/priority.js';

it('priorities are in order, from the least', () => {
  const mixed: Priority[] = ['high', 'low', 'normal'];
  expect(mixed.sort(comparePriorities)).toEqual(PRIORITIES);
});

it.each<[Priority[], Priority]>([
  [[], 'normal'],
  [['low'], 'low'],
  [['low', 'high', 'normal'], 'high'],
])('of %j the highest is %s', (priorities, highest) => {
  expect(highestPriority(priorities)).toBe(highest);
});
