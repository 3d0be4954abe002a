import { describe, expect, it } from 'vitest';
import { fractionOf } from '../../../../bridge/codec/fraction.js';

describe('fractionOf', () => {
  it.each([
    [50, 2, 25, 1],
    [60_000, 1001, 60_000, 1001],
    [4_294_967_295, 8_589_934_590, 1, 2],
    [1, 3, 1, 3],
  ])('brings %d/%d into lowest terms', (numerator, denominator, least, other) => {
    expect(fractionOf(numerator, denominator)).toEqual({ numerator: least, denominator: other });
  });

  it.each([
    [0, 1],
    [1, 0],
    [0, 0],
  ])('knows nothing of %d/%d', (numerator, denominator) => {
    expect(fractionOf(numerator, denominator)).toBeUndefined();
  });
});
