import type { Bridge } from '../../bridge/types.js';
import { systemClock } from '../../engine/core/clock.js';
import { type MjpegClips, Muxes } from '../../engine/mux/muxes.js';

/** What writes files in an engine, on a bridge. */
export const muxesOn = (bridge: Pick<Bridge, 'encode'>, mjpegClips: MjpegClips = 'jpeg'): Muxes =>
  new Muxes({ bridge, clock: systemClock, mjpegClips });
