import type { EncodedUnit } from '../../bridge/types.js';
import type { MonotonicTime } from '../core/time.js';
import type { NewUnit } from './gop-ring.js';
import type { MappedTime } from './media-clock.js';

/** A unit of the camera, at its place on the session's media clock. */
export const unitAt = (
  { pts, cadence, duration }: Pick<MappedTime, 'pts' | 'cadence' | 'duration'>,
  { track, key, settling = 0, quantiser, payload }: EncodedUnit,
  epoch: number,
  arrival: MonotonicTime,
): NewUnit => ({
  track,
  pts,
  cadence,
  duration,
  key,
  settling: settling * duration,
  quantiser,
  payload,
  epoch,
  arrival,
});
