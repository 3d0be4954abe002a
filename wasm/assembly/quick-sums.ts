// The quick mean of each cell's sum: a cell that differs from it changes now.
import { Slab } from './slab';

/** The quick means go this share (Q15) of the way to the picture. */
export function updateQuickSums(slab: Slab, share: i32): void {
  const bytes = slab.cellCount << 1;
  const sums = slab.sums.at(0);
  const quick = slab.quickSums.at(0);
  if (ASC_FEATURE_SIMD) {
    const rate = i16x8.splat(<i16>share);
    for (let i = 0; i < bytes; i += 16) {
      const q = v128.load(quick + i);
      v128.store(quick + i, i16x8.add(q, i16x8.q15mulr_sat_s(i16x8.sub(v128.load(sums + i), q), rate)));
    }
  } else {
    for (let i = 0; i < bytes; i += 2) {
      const q = <i32>load<u16>(quick + i);
      store<u16>(quick + i, <u16>(q + (((<i32>load<u16>(sums + i) - q) * share + 0x4000) >> 15)));
    }
  }
}
