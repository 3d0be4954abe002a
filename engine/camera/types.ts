import type { TrackKind } from '../../bridge/types.js';
import type { MediaTime, Micros, MonotonicTime } from '../core/time.js';
import type { RingPlace } from './ring-place.js';

/**
 * An access unit in the ring. The payload belongs to the ring's storage: it must not be written to, and is gone once
 * the unit has left the ring. Whoever needs it longer must copy it.
 */
export interface AccessUnit extends RingPlace {
  track: TrackKind;
  /**
   * Presentation time on the session's media clock. Unique for each unit, and later for each keyframe than for all
   * units before it.
   */
  pts: MediaTime;
  /**
   * `pts` without slewing. Only differences are meaningful; they are the camera's own. Files use it, so that
   * corrections of the mapping do not show in them.
   */
  cadence: Micros;
  duration: Micros;
  /** Decoding can start here. True for every unit of tracks other than video. */
  key: boolean;
  /** How long it takes until pictures are right, if decoding starts here. Without it, they are at once. */
  settling?: Micros;
  /** As in `EncodedUnit`. */
  quantiser?: number | undefined;
  payload: Uint8Array;
  /**
   * Number of the epoch. Units of different epochs cannot be decoded or muxed together. A reconnect or new caps begin
   * one.
   */
  epoch: number;
  /** When the unit reached the engine. */
  arrival: MonotonicTime;
}
