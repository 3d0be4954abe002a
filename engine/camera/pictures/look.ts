import type { Verdict } from '../../../wasm/types.js';
import type { Look } from './types.js';

/** A person far away is larger; fewer cells are noise. */
const LEAST_CELLS = 3;

/** Of one it takes no more than noise, and of two not much. */
const SLIGHT_CELLS = 1;

/** What a verdict says of whether a camera deserves a closer look. */
export const lookOf = ({ pts, motion, scene, energies, changedCells }: Verdict): Look => {
  const moves = motion || energies !== undefined || scene.length > 0;
  return { pts, moves, differs: moves || changedCells >= LEAST_CELLS, slightly: changedCells >= SLIGHT_CELLS };
};
