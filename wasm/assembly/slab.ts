// Access to a slab's fields, and the cutting of a slab.
import * as L from '../layout';

// @ts-ignore: decorator
@inline
export function get(slab: usize, field: i32): i32 {
  return load<i32>(slab + field);
}

// @ts-ignore: decorator
@inline
export function set(slab: usize, field: i32, value: i32): void {
  store<i32>(slab + field, value);
}

// @ts-ignore: decorator
@inline
export function at(slab: usize, field: i32): usize {
  return slab + load<i32>(slab + field);
}

/** The note of one kind about a row of cells. */
// @ts-ignore: decorator
@inline
export function row(slab: usize, note: i32, y: i32): usize {
  return at(slab, L.F_A_ROWS) + note * get(slab, L.F_CELLS_Y) + y;
}

// Every array begins on a multiple of 64; reads of whole vectors may run past an array by less than GUARD bytes.
const GUARD: i32 = 64;

// @ts-ignore: decorator
@inline
function align(bytes: i32): i32 {
  return (bytes + 63) & ~63;
}

function place(slab: usize, field: i32, offset: i32, bytes: i32): i32 {
  if (slab) set(slab, field, offset);
  return align(offset + bytes + GUARD);
}

/** Lays the arrays out behind the header; with slab 0 it only counts. Returns the bytes of the whole slab. */
export function layOut(slab: usize, width: i32, height: i32): i32 {
  const cellsX = width / L.CELL;
  const cellsY = height / L.CELL;
  const stride = ((cellsX + 3) >> 2) << 4;
  const cellStride = stride >> 2;
  const pixels = stride * cellsY * L.CELL;
  const cells = cellStride * cellsY;
  if (slab) {
    set(slab, L.F_WIDTH, width);
    set(slab, L.F_HEIGHT, height);
    set(slab, L.F_CELLS_X, cellsX);
    set(slab, L.F_CELLS_Y, cellsY);
    set(slab, L.F_STRIDE, stride);
    set(slab, L.F_CELL_STRIDE, cellStride);
  }
  // In the order of use: what every frame touches lies together.
  let end = L.HEADER_BYTES;
  end = place(slab, L.F_A_ROWS, end, cellsY * L.ROWS);
  end = place(slab, L.F_A_COUNT, end, cells);
  end = place(slab, L.F_A_FLOOR, end, cells);
  end = place(slab, L.F_A_CUR, end, cells * 2);
  end = place(slab, L.F_A_BACK, end, cells * 2);
  end = place(slab, L.F_A_FAST, end, cells * 2);
  end = place(slab, L.F_A_LAST, end, cells * 2);
  end = place(slab, L.F_A_MEAN8, end, pixels);
  end = place(slab, L.F_A_LIMIT8, end, pixels);
  end = place(slab, L.F_A_MODEL, end, pixels * 4);
  end = place(slab, L.F_A_BITS, end, pixels >> 3);
  end = place(slab, L.F_A_LIMIT, end, cells);
  end = place(slab, L.F_A_ZONE, end, cells);
  end = place(slab, L.F_A_NUISANCE, end, cells);
  end = place(slab, L.F_A_AGE, end, cells);
  end = place(slab, L.F_A_KIND, end, cells);
  end = place(slab, L.F_A_PREV, end, cells);
  end = place(slab, L.F_A_LABEL, end, cells * 2);
  end = place(slab, L.F_A_LIST, end, cells * 2);
  end = place(slab, L.F_A_LIST_PREV, end, cells * 2);
  end = place(slab, L.F_A_TABLE, end, L.TABLE_MAX * L.REGION_BYTES);
  end = place(slab, L.F_A_PARENT, end, 4096 * 2);
  end = place(slab, L.F_A_SHIFT, end, 4 * ((width + height) * 4 + 1024));
  return end;
}
