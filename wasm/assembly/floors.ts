// Floors: how low a threshold in a cell may be.
import { Slab } from './slab';

/** Nuisance of what has come once or has just come a second time: it raises no floor. */
const ONCE: i32 = 32;

/**
 * What disturbs one pixel disturbs its neighbour a moment later: the floor of a cell is three quarters of the thresholds
 * around it, at least three quarters of the nuisance there beyond what comes once, and at least the least threshold of all.
 * Only cells that learn now get a new floor: it must not rise above thresholds that stay.
 */
export function raiseFloors(slab: Slab, y: i32, first: i32, end: i32): void {
  const firstCell = y * slab.cellStride;
  const here = slab.thresholds.at(firstCell);
  const above = y > 0 ? here - slab.cellStride : here;
  const below = y + 1 < slab.cellsY ? here + slab.cellStride : here;
  const floors = slab.floors.at(firstCell);
  const nuisance = slab.nuisance.at(firstCell);
  const leastThreshold = slab.leastThreshold;
  if (ASC_FEATURE_SIMD) {
    const least = i16x8.splat(<i16>leastThreshold);
    const three = i16x8.splat(3);
    for (let x = first; x < end; x += 8) {
      const middle = rowAround8(here + x);
      const sum = i16x8.add(
        i16x8.add(rowAround8(above + x), rowAround8(below + x)),
        i16x8.add(middle, middle),
      );
      const pooled = i16x8.shr_u(i16x8.mul(i16x8.shr_u(sum, 4), three), 2);
      const often = i16x8.sub_sat_u(v128.load8x8_u(nuisance + x), i16x8.splat(<i16>ONCE));
      const disturbed = i16x8.sub(often, i16x8.shr_u(often, 2));
      const floor = i16x8.max_u(least, i16x8.max_u(pooled, disturbed));
      const bytes = i8x16.narrow_i16x8_u(floor, floor);
      if (end - x == 4) store<u32>(floors + x, i32x4.extract_lane(bytes, 0));
      else store<u64>(floors + x, i64x2.extract_lane(bytes, 0));
    }
  } else {
    for (let x = first; x < end; x++) {
      const sum = (rowAround(above + x) + rowAround(below + x) + 2 * rowAround(here + x)) >> 4;
      const often = max(0, <i32>load<u8>(nuisance + x) - ONCE);
      const disturbed = often - (often >> 2);
      store<u8>(floors + x, <u8>max(leastThreshold, max((sum * 3) >> 2, disturbed)));
    }
  }
}

/** Three neighbours in a row, the middle one twice; of eight cells. */
// @ts-ignore: decorator
@inline
function rowAround8(p: usize): v128 {
  const middle = v128.load8x8_u(p);
  return i16x8.add(i16x8.add(v128.load8x8_u(p - 1), v128.load8x8_u(p + 1)), i16x8.add(middle, middle));
}

// @ts-ignore: decorator
@inline
function rowAround(p: usize): i32 {
  return <i32>load<u8>(p - 1) + <i32>load<u8>(p + 1) + 2 * <i32>load<u8>(p);
}
