/** Sums over the pixels that differ: of ones, of columns and of rows. */
@unmanaged
export class Blob {
  count: i32;
  columns: i32;
  rows: i32;
  spare: i32;
}
