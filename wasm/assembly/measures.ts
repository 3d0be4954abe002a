// Figures of the whole picture that tell its changes apart.
import { Slab } from './slab';
import { sumOf } from './vectors';

/** A cell of the model is textured when its sum, of 16 pixels, differs from its neighbour's by more than six grey levels. */
const TEXTURED_SUM: i32 = 96;

/** Mean distance of the chroma from grey in 1/256 level, from every eighth row; −1 without chroma. */
export function chromaOf(slab: Slab): i32 {
  const stride = slab.chromaStride;
  if (!stride) return -1;
  const width = (slab.width >> 1) & ~7;
  const height = slab.height >> 1;
  if (!width || !height) return -1;
  const picture = changetype<usize>(slab) + slab.pictureAt;
  const u = picture + slab.uOffset;
  const v = picture + slab.vOffset;
  let sum = 0;
  let rows = 0;
  for (let y = 0; y < height; y += 8) {
    sum += rowFromGrey(u + y * stride, width) + rowFromGrey(v + y * stride, width);
    rows++;
  }
  return <i32>((<i64>sum << 8) / <i64>(rows * width * 2));
}

// @ts-ignore: decorator
@inline
function rowFromGrey(row: usize, width: i32): i32 {
  if (ASC_FEATURE_SIMD) {
    const grey = i16x8.splat(128);
    let sum = i32x4.splat(0);
    for (let i = 0; i < width; i += 8) {
      const d = i16x8.abs(i16x8.sub(i16x8.extend_low_i8x16_u(v128.load64_zero(row + i)), grey));
      sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(d));
    }
    return sumOf(sum);
  } else {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += abs(<i32>load<u8>(row + i) - 128);
    return sum;
  }
}

/** A mean step between cells, in 1/256 level: with less than one level there is no structure, only noise. */
export const STRUCTURED: i32 = 256;

/** Mean step between neighbouring cells of the picture in 1/256 level, from every second row of cells. */
export function sharpnessOf(slab: Slab): i32 {
  return stepsOf(slab, slab.sums.at(0));
}

/** The same of any sums of cells. */
export function stepsOf(slab: Slab, sums: usize): i32 {
  const stride = slab.cellStride;
  const cellsY = slab.cellsY;
  const vectors = (slab.cellsX - 1) >> 3;
  if (vectors < 1) return 0;
  let sum = 0;
  let n = 0;
  for (let y = 0; y < cellsY; y += 2) {
    const row = sums + ((y * stride) << 1);
    if (ASC_FEATURE_SIMD) {
      let steps = i32x4.splat(0);
      for (let i = 0; i < vectors; i++) {
        const d = i16x8.abs(i16x8.sub(v128.load(row + (i << 4)), v128.load(row + (i << 4) + 2)));
        steps = i32x4.add(steps, i32x4.extadd_pairwise_i16x8_u(d));
      }
      sum += sumOf(steps);
    } else {
      for (let i = 0; i < vectors << 3; i++) {
        sum += abs(<i32>load<u16>(row + (i << 1)) - <i32>load<u16>(row + (i << 1) + 2));
      }
    }
    n += vectors << 3;
  }
  return <i32>((<i64>sum << 4) / <i64>n);
}

/** Whether no cell's sum has changed since the frame before. Most pictures are told apart by their first cells. */
export function identical(slab: Slab): bool {
  const bytes = slab.cellCount << 1;
  const sums = slab.sums.at(0);
  const lastSums = slab.lastSums.at(0);
  for (let i = 0; i < bytes; i += 8) {
    if (load<u64>(sums + i) != load<u64>(lastSums + i)) return false;
  }
  return true;
}

/** Textured cells of the model: as many as a shift could mark. */
export function texturedCells(slab: Slab): i32 {
  const modelSums = slab.modelSums.at(0);
  const last = (slab.cellCount - 1) << 1;
  let n = 0;
  let i = 0;
  if (ASC_FEATURE_SIMD) {
    const least = i16x8.splat(<i16>TEXTURED_SUM);
    for (; i + 16 <= last; i += 16) {
      const step = i16x8.abs(i16x8.sub(v128.load(modelSums + i), v128.load(modelSums + i + 2)));
      n += popcnt(i16x8.bitmask(i16x8.gt_s(step, least)));
    }
  }
  for (; i < last; i += 2) {
    if (abs(<i32>load<u16>(modelSums + i) - <i32>load<u16>(modelSums + i + 2)) > TEXTURED_SUM) n++;
  }
  return n;
}
