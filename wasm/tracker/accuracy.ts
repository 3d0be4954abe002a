/** What the steps of accuracy mean. docs/design/tracker.md has what each costs. */
import type { TrackerAccuracy } from '../types.js';

export interface AccuracyStep {
  /** Width in pixels of the pictures that should be asked for. */
  width: number;
  /** Pictures a second. */
  fps: number;
  /** Points along the shorter and the longer side of an object's box. */
  cellsAcross: number;
  cellsAlong: number;
  /** Whether points are followed back as well, and dropped if they do not arrive where they began. */
  backtrack: boolean;
  /** Sizes of the picture that are looked at for a point whose way is not known. */
  depth: number;
}

export const ACCURACY: Readonly<Record<TrackerAccuracy, AccuracyStep>> = {
  low: { width: 320, fps: 10, cellsAcross: 3, cellsAlong: 5, backtrack: false, depth: 2 },
  medium: { width: 320, fps: 15, cellsAcross: 4, cellsAlong: 6, backtrack: true, depth: 3 },
  high: { width: 640, fps: 15, cellsAcross: 5, cellsAlong: 8, backtrack: true, depth: 3 },
};
