/** How little is enough for motion. */
export enum Sensitivity {
  low,
  medium,
  high,
}

/** What a region must be to count, in one zone. */
@unmanaged
export class ZoneRule {
  sensitivity: Sensitivity;
  minCells: i32;
}
