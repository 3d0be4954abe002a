import { describe, expect, it } from 'vitest';
import { planOf, type Step } from '../../../../bench/chaos/plan.js';

const FAULTS = ['a', 'b', 'c', 'd', 'e'];
const first = (seed: number, count: number, faults = FAULTS): Step[] => {
  const plan = planOf(seed, faults);
  return Array.from({ length: count }, () => plan.next().value as Step);
};

describe('a plan', () => {
  it('is the same for the same seed, in every choice', () => {
    expect(first(7, 100)).toEqual(first(7, 100));
  });

  it('is another for another seed', () => {
    expect(first(7, 100).map(({ fault }) => fault)).not.toEqual(first(8, 100).map(({ fault }) => fault));
    expect(first(7, 1)[0]?.target).not.toBe(first(8, 1)[0]?.target);
  });

  it('takes every fault once in each round, in different orders', () => {
    const steps = first(3, 50);
    const rounds = Array.from({ length: 10 }, (_, i) => steps.slice(i * 5, i * 5 + 5).map(({ fault }) => fault));
    for (const round of rounds) expect([...round].sort()).toEqual(FAULTS);
    expect(new Set(rounds.map((round) => round.join())).size).toBeGreaterThan(1);
  });

  it('puts a second fault on top of some, of those that may', () => {
    const companions = (fault: string) => (fault === 'a' ? ['b', 'c'] : []);
    const plan = planOf(5, FAULTS, companions);
    const steps = Array.from({ length: 200 }, () => plan.next().value as Step);
    const accompanied = steps.filter(({ companion }) => companion !== undefined);
    expect(accompanied.length).toBeGreaterThan(4);
    for (const { fault, companion } of accompanied) expect(companions(fault)).toContain(companion);
  });

  it('chooses within its bounds', () => {
    for (const { target, amount, holdSeconds, calmSeconds, seed } of first(11, 500)) {
      for (const share of [target, amount]) expect(share >= 0 && share < 1).toBe(true);
      expect(holdSeconds).toBeGreaterThanOrEqual(2);
      expect(calmSeconds).toBeGreaterThanOrEqual(1);
      expect(Number.isInteger(seed)).toBe(true);
    }
  });
});
