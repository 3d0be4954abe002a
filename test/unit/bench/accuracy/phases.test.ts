import { expect, it } from 'vitest';
import { phasesOf, stepOf } from '../../../../bench/accuracy/phases.js';

it.each([
  [30, '5', 6],
  [25, '5', 5],
  [12.5, '5', 3],
  [10, '5', 2],
  [25, '10', 3],
  [25, '15', 2],
  [30, '15', 2],
  [29.97, '15', 2],
  [15, '15', 1],
  [25, '30', 1],
  [10, '30', 1],
  [25, 'gop2', 1],
])('of %d pictures a second, at %s every %dth is taken', (fps, rate, step) => {
  expect(stepOf(fps, rate)).toBe(step);
});

it('begins a thinning with each picture of the first step', () => {
  expect(phasesOf(3)).toEqual([0, 1, 2]);
  expect(phasesOf(1)).toEqual([0]);
});

it('takes two of many phases if few are asked for', () => {
  expect(phasesOf(6, true)).toEqual([0, 3]);
  expect(phasesOf(1, true)).toEqual([0]);
});
