import type { Verdict } from '../../../wasm/types.js';
import type { MediaTime } from '../../core/time.js';
import type { Look } from './types.js';

/** A person far away is larger; fewer cells are noise. */
const LEAST_CELLS = 3;

/** Of one it takes no more than noise, and of two not much. */
const SLIGHT_CELLS = 1;

/**
 * Motion of less is found by evidence of several pictures, as of somebody dim who walks slowly: with keyframes alone there would not be
 * enough of it.
 */
const CERTAIN_SCORE = 0.5;

/**
 * What a verdict says of whether a camera deserves a closer look.
 * @param coversUntil asked if there is certainly motion, and nothing else to tell. See `Look.coversUntil`.
 */
export const lookOf = (
  { pts, motion, score, scene, energies, changedCells }: Verdict,
  coversUntil?: (at: MediaTime) => MediaTime | undefined,
): Look => {
  const moves = motion || energies !== undefined || scene.length > 0;
  const isCertain = motion && score >= CERTAIN_SCORE && scene.length === 0;
  const until = isCertain ? coversUntil?.(pts as MediaTime) : undefined;
  const differs = moves || changedCells >= LEAST_CELLS;
  return { pts, moves, differs, slightly: changedCells >= SLIGHT_CELLS, coversUntil: until };
};
