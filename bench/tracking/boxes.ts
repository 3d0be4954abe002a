/** What the suite calculates with: boxes of one frame with the numbers of their objects, in fractions of the picture. */
import type { Box } from '../../wasm/types.js';

export interface Labelled {
  id: number;
  box: Box;
}

export function iou(a: Box, b: Box): number {
  const w = Math.min(a.l + a.w, b.l + b.w) - Math.max(a.l, b.l);
  const h = Math.min(a.t + a.h, b.t + b.h) - Math.max(a.t, b.t);
  if (w <= 0 || h <= 0) return 0;
  return (w * h) / (a.w * a.h + b.w * b.h - w * h);
}

/**
 * Pairs of rows and columns with the largest sum of values, none of a value of 0 or less: the Hungarian method with
 * potentials.
 */
export function pairs(values: readonly (readonly number[])[]): [number, number][] {
  const rows = values.length;
  const columns = values[0]?.length ?? 0;
  if (rows === 0 || columns === 0) return [];
  if (rows > columns) {
    const turned = Array.from({ length: columns }, (_, j) => values.map((row) => row[j] as number));
    return pairs(turned).map(([a, b]) => [b, a]);
  }
  const cost = (i: number, j: number): number => -Math.max(0, (values[i - 1] as number[])[j - 1] as number);
  const u = new Float64Array(rows + 1);
  const v = new Float64Array(columns + 1);
  const rowOf = new Int32Array(columns + 1);
  const way = new Int32Array(columns + 1);
  for (let i = 1; i <= rows; i++) {
    rowOf[0] = i;
    let column = 0;
    const least = new Float64Array(columns + 1).fill(Number.POSITIVE_INFINITY);
    const used = new Uint8Array(columns + 1);
    do {
      used[column] = 1;
      const at = rowOf[column] as number;
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let j = 1; j <= columns; j++) {
        if (used[j]) continue;
        const reduced = cost(at, j) - (u[at] as number) - (v[j] as number);
        if (reduced < (least[j] as number)) {
          least[j] = reduced;
          way[j] = column;
        }
        if ((least[j] as number) < delta) {
          delta = least[j] as number;
          next = j;
        }
      }
      for (let j = 0; j <= columns; j++) {
        if (used[j]) {
          u[rowOf[j] as number] = (u[rowOf[j] as number] as number) + delta;
          v[j] = (v[j] as number) - delta;
        } else least[j] = (least[j] as number) - delta;
      }
      column = next;
    } while (rowOf[column] !== 0);
    while (column !== 0) {
      const before = way[column] as number;
      rowOf[column] = rowOf[before] as number;
      column = before;
    }
  }
  const found: [number, number][] = [];
  for (let j = 1; j <= columns; j++) {
    const i = rowOf[j] as number;
    if (i > 0 && ((values[i - 1] as number[])[j - 1] as number) > 0) found.push([i - 1, j - 1]);
  }
  return found;
}
