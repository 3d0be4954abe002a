// Which of two lists belong together so that the sum of the costs is least: the Hungarian method with potentials.

/** Numbers that the method writes down, for up to `columns` columns and as many rows, side by side from `notes` on. */
// @ts-ignore: decorator
@inline
function noted(notes: usize, size: i32, list: i32, index: i32): usize {
  return notes + ((<usize>list * (size + 1) + index) << 3);
}

const ROW_OF: i32 = 0;
const WAY: i32 = 1;
const USED: i32 = 2;
const ROW_POTENTIAL: i32 = 3;
const COLUMN_POTENTIAL: i32 = 4;
const LEAST: i32 = 5;

/**
 * Assigns each row a column. There are at least as many columns as rows. `costs`: f32, row by row. Afterwards `rowOf` tells
 * the row of a column.
 */
export function assign(costs: usize, rows: i32, columns: i32, notes: usize): void {
  const size = columns + 1;
  memory.fill(notes, 0, <usize>(6 * (size + 1)) << 3);
  for (let row = 1; row <= rows; row++) {
    store<i32>(noted(notes, size, ROW_OF, 0), row);
    let column = 0;
    for (let j = 0; j <= columns; j++) {
      store<f64>(noted(notes, size, LEAST, j), Infinity);
      store<i32>(noted(notes, size, USED, j), 0);
    }
    do {
      store<i32>(noted(notes, size, USED, column), 1);
      const at = load<i32>(noted(notes, size, ROW_OF, column));
      let delta = Infinity;
      let next = 0;
      const potential = load<f64>(noted(notes, size, ROW_POTENTIAL, at));
      for (let j = 1; j <= columns; j++) {
        if (load<i32>(noted(notes, size, USED, j))) continue;
        const cost = <f64>load<f32>(costs + (((at - 1) * columns + j - 1) << 2));
        const reduced = cost - potential - load<f64>(noted(notes, size, COLUMN_POTENTIAL, j));
        if (reduced < load<f64>(noted(notes, size, LEAST, j))) {
          store<f64>(noted(notes, size, LEAST, j), reduced);
          store<i32>(noted(notes, size, WAY, j), column);
        }
        const least = load<f64>(noted(notes, size, LEAST, j));
        if (least < delta) {
          delta = least;
          next = j;
        }
      }
      for (let j = 0; j <= columns; j++) {
        if (load<i32>(noted(notes, size, USED, j))) {
          add(noted(notes, size, ROW_POTENTIAL, load<i32>(noted(notes, size, ROW_OF, j))), delta);
          add(noted(notes, size, COLUMN_POTENTIAL, j), -delta);
        } else add(noted(notes, size, LEAST, j), -delta);
      }
      column = next;
    } while (load<i32>(noted(notes, size, ROW_OF, column)));
    while (column) {
      const before = load<i32>(noted(notes, size, WAY, column));
      store<i32>(noted(notes, size, ROW_OF, column), load<i32>(noted(notes, size, ROW_OF, before)));
      column = before;
    }
  }
}

/** The row that has been assigned a column, counted from 0, or −1. */
export function rowOf(notes: usize, columns: i32, column: i32): i32 {
  return load<i32>(noted(notes, columns + 1, ROW_OF, column + 1)) - 1;
}

// @ts-ignore: decorator
@inline
function add(at: usize, value: f64): void {
  store<f64>(at, load<f64>(at) + value);
}
