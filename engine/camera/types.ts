import type { TrackKind } from '../../bridge/types.js';
import type { MediaTime, Micros } from '../core/time.js';

/**
 * An access unit as the engine keeps it. The payload belongs to the ring's storage: it must not be written to, and is
 * gone once the unit has left the ring. Whoever hands it on has it copied at once.
 */
export interface AccessUnit {
  track: TrackKind;
  /** Presentation time on the session's media clock: strictly increasing in decode order of keyframes, unique per unit. */
  pts: MediaTime;
  /**
   * The same without what the mapping has been slewed: only differences mean something, and they are the camera's own.
   * Files take these, so that a mapping that is still being corrected shows in no picture.
   */
  cadence: Micros;
  duration: Micros;
  /** Decoding can start here. Of tracks other than video every unit says so. */
  key: boolean;
  payload: Uint8Array;
  /** Counts up with every unit of the session; a hole means that units were lost. */
  index: number;
  /** Changes whenever what came before cannot be decoded or muxed together with this: reconnect, new caps. */
  epoch: number;
  /** Monotonic time at which the unit reached the engine. */
  arrival: MediaTime;
}
