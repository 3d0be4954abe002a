/** A ratio in lowest terms; both parts are above 0. */
export interface Fraction {
  numerator: number;
  denominator: number;
}

/** Undefined if either part is 0: in parameter sets that means that nothing is known. */
export const fractionOf = (numerator: number, denominator: number): Fraction | undefined => {
  if (numerator === 0 || denominator === 0) return undefined;
  let [divisor, rest] = [numerator, denominator];
  while (rest > 0) [divisor, rest] = [rest, divisor % rest];
  return { numerator: numerator / divisor, denominator: denominator / divisor };
};
