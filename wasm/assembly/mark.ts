// Which cells are marked.
import { Slab } from './slab';

/** Pixels over their threshold that mark a cell: a quarter of it, so that single noisy pixels do not. */
const MARKING_PIXELS: i32 = 4;

/** Lists the marked cells in reading order. Returns how many. */
export function mark(slab: Slab): i32 {
  const total = slab.cellCount;
  const counts = slab.counts;
  const marked = slab.marked;
  const zones = slab.zones;
  let n = 0;
  for (let i = 0; i < total; i += 16) {
    if (ASC_FEATURE_SIMD) {
      // May look into the guards behind the arrays: no zone is there. Mostly no pixel is over its threshold.
      const count = v128.load(counts.at(i));
      if (!v128.any_true(count)) continue;
      const over = i8x16.ge_u(count, i8x16.splat(<i8>MARKING_PIXELS));
      const seen = v128.andnot(over, i8x16.eq(v128.load(zones.at(i)), i8x16.splat(0)));
      for (let bits = i8x16.bitmask(seen); bits; bits &= bits - 1) {
        marked[n] = i + ctz(bits);
        n++;
      }
    } else {
      if (!(load<u64>(counts.at(i)) | load<u64>(counts.at(i), 8))) continue;
      const end = min(total, i + 16);
      for (let cell = i; cell < end; cell++) {
        if (counts[cell] >= MARKING_PIXELS && zones[cell]) {
          marked[n] = cell;
          n++;
        }
      }
    }
  }
  slab.markedCount = n;
  return n;
}
