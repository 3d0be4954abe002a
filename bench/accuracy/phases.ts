/**
 * A camera's pictures are thinned to the rate that the detector wants, and which of them are left is chance: what is found
 * in one phase of the thinning may be lost in the next. So every phase is judged.
 */

/** Pictures a second. */
export const RATES = ['5', '10', '15', '30'] as const;

/** Of how many pictures one is taken; 1 for what is no rate, such as keyframes only. */
export function stepOf(fps: number, rate: string): number {
  const perSecond = Number(rate);
  if (Number.isNaN(perSecond)) return 1;
  // The published figures at 15 pictures a second never were of more than that.
  return Math.max(1, rate === '15' ? Math.ceil(fps / 15 - 0.01) : Math.floor(fps / perSecond + 0.5));
}

/** The first pictures with which the thinning may begin; with `few`, the first and one in the middle. */
export function phasesOf(step: number, few = false): number[] {
  if (few) return [...new Set([0, step >> 1])];
  return Array.from({ length: step }, (_, phase) => phase);
}
