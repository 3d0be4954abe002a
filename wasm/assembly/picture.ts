// The picture as it lies on the model: read shifted when the camera has moved.
import { CELL, Slab } from './slab';

/** First pixel of a row of cells. */
// @ts-ignore: decorator
@inline
export function firstPixel(slab: Slab, cellRow: i32): usize {
  const y = cellRow * CELL + slab.shiftY;
  return changetype<usize>(slab) + slab.pictureAt + y * slab.lumaStride + slab.shiftX;
}

/** Whether the picture covers a row of cells. */
// @ts-ignore: decorator
@inline
export function rowCovered(slab: Slab, cellRow: i32): bool {
  const y = cellRow * CELL + slab.shiftY;
  return y >= 0 && y + CELL <= slab.height;
}

/** Cells at the left of each row that the picture does not cover. */
// @ts-ignore: decorator
@inline
export function uncoveredLeft(slab: Slab): i32 {
  return (max(0, -slab.shiftX) + 3) >> 2;
}

/** Cells at the right of each row that the picture does not cover. */
// @ts-ignore: decorator
@inline
export function uncoveredRight(slab: Slab): i32 {
  const covered = (slab.width - slab.shiftX) >> 2;
  return max(0, slab.cellsX - covered);
}
