/** Numbers that look random and are the same for the same seed (mulberry32). */
export interface Random {
  /** From 0, below 1. */
  next(): number;
  /** From `least`, below `most`. */
  between(least: number, most: number): number;
  /** A whole number from 0, below `count`. */
  below(count: number): number;
  chance(probability: number): boolean;
  pick<T>(of: readonly T[]): T;
}

export const randomOf = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (least, most) => least + next() * (most - least),
    below: (count) => Math.floor(next() * count),
    chance: (probability) => next() < probability,
    pick: (of) => {
      if (of.length === 0) throw new Error('there is nothing to pick from');
      return of[Math.floor(next() * of.length)]!;
    },
  };
};
