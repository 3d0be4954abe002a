// A run of tiles in a row of cells: what the passes over pixels work on. See runs.ts.
import { View } from './view';

/**
 * Where each array has the run, and how it learns. All this is written down and read again, since V8 moves arithmetic and
 * constants into the loop that uses them, but no load: computed on the spot they made the passes a third slower.
 */
@unmanaged
export class Run {
  /** Its first pixel in the picture. */
  source: View<u8>;
  lumaStride: i32;
  tiles: i32;
  /** Cells that are in the picture: the last tile may reach beyond it. */
  cells: i32;
  mean8: View<u8>;
  threshold8: View<u8>;
  floors: View<u8>;
  // To sense.
  mask: View<u8>;
  counts: View<u8>;
  sums: View<u16>;
  // To learn.
  model: View<i16>;
  thresholds: View<u8>;
  learning: View<u8>;
  nuisance: View<u8>;
  modelSums: View<u16>;
  /** The threshold of a pixel is this share of its spread, Q15 … */
  thresholdFactor: i32;
  /** … and at most this in grey levels, and the nuisance of its cell. */
  thresholdCeiling: i32;
}
