import type { MediaTime } from '../../core/time.js';
import type { Reach } from '../geometry.js';
import type { PictureSize } from '../ground.js';
import type { Report, TrackedPerson } from '../report.js';

/** What a tracker has found in one picture. */
export interface SpatialPicture {
  /** Media time. Times of an operation's pictures rise. */
  readonly at: MediaTime;
  /** Size of the picture that was analysed: thresholds are in its pixels. */
  readonly size: PictureSize;
  /** Everybody in it; empty if there is nobody. Of two with the same sequenceId the second counts. */
  readonly people: readonly TrackedPerson[];
}

/** One event of one zone or line. */
export interface Watch {
  step(picture: SpatialPicture, report: Report): void;
  /** Time has passed without a picture. */
  tick?(at: MediaTime, report: Report): void;
}

/** A threshold in pixels as a part of the picture. */
export const reachOf = (pixels: number, { width, height }: PictureSize): Reach => ({
  x: pixels / width,
  y: pixels / height,
});
