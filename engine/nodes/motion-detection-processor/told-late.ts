import type { Verdict } from '../../../wasm/types.js';
import { MICROS_PER_SECOND, type Micros, type MonotonicTime, seconds } from '../../core/time.js';

/** What is told of later than this says so: it was in a picture that was not looked at when it came. */
const AT_ONCE: Micros = seconds(1);

/** A note for the reader of an event about motion that is told of late. */
export const laterThan = (now: MonotonicTime, { pts, motion, why }: Verdict): Pick<Verdict, 'why'> => {
  const late = now - pts;
  return motion && late > AT_ONCE ? { why: { ...why, toldAfterSeconds: (late / MICROS_PER_SECOND).toFixed(1) } } : {};
};
