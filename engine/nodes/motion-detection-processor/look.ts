import type { Verdict } from '../../../wasm/types.js';
import type { Look } from '../../camera/pictures/types.js';
import { MICROS_PER_SECOND, type Micros, type MonotonicTime, seconds } from '../../core/time.js';

/** A person far away is larger; fewer cells are noise. */
const LEAST_CELLS = 4;

/** What a verdict says of whether a camera deserves a closer look. */
export const lookOf = ({ pts, motion, scene, energies, changedCells }: Verdict): Look => {
  const moves = motion || energies !== undefined || scene.length > 0;
  return { pts, moves, differs: moves || changedCells >= LEAST_CELLS };
};

/** What is told of later than this says so: it was in a picture that was not looked at when it came. */
const AT_ONCE: Micros = seconds(1);

/** A note for the reader of an event about motion that is told of late. */
export const laterThan = (now: MonotonicTime, { pts, motion, why }: Verdict): Pick<Verdict, 'why'> => {
  const late = now - pts;
  return motion && late > AT_ONCE ? { why: { ...why, toldAfterSeconds: (late / MICROS_PER_SECOND).toFixed(1) } } : {};
};
