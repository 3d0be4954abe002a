// A point of an object: where it is seen in the picture before, and how far it has gone.

@unmanaged
export class Point {
  /** From the middle of the box, in pixels. */
  x: f64;
  y: f64;
  /** How far it has gone, in pixels. */
  dx: f64;
  dy: f64;
  /** What its word is worth; 0: it has none. */
  weight: f64;
  /** Its cell of the box. */
  cell: i32;
  /** 1: followed there and back. */
  found: i32;
}

/** How far a point has gone, in pixels of a level of the pyramid, and how different it looks there. */
@unmanaged
export class Way {
  x: f64;
  y: f64;
  /** Mean difference, in grey levels. */
  difference: f64;
  /** Share of its window that shows the object. */
  share: f64;
}

/** How the points have moved together. */
@unmanaged
export class Consensus {
  dx: f64;
  dy: f64;
  /** Growth of the box: 0.01 is one percent. */
  growth: f64;
  /** Variance of the way, in pixels², and of the growth. */
  variance: f64;
  growthVariance: f64;
  /** Share of what the points are worth that agrees, 0 if there is no consensus. */
  support: f64;
}
