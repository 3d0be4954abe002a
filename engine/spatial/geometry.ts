/** A place in the picture: fractions of its width and height from the top left. */
export type Point = readonly [x: number, y: number];

/** In fractions of the picture, as AVA writes boxes. */
export interface Box {
  readonly l: number;
  readonly t: number;
  readonly w: number;
  readonly h: number;
}

/** Half axes of an ellipse, in fractions of the picture's width and height. */
export interface Reach {
  readonly x: number;
  readonly y: number;
}

/**
 * The point of a box that stands for the object. `footprint` is where a person touches the ground; without a model of
 * the body it is the same as `bottomCenter`.
 */
export type Focus = 'center' | 'bottomCenter' | 'footprint';

/** How far from a border an object must be to be clearly on one side, as a part of its box. */
const MARGIN = 0.1;
/** The same for objects that are smaller than what a detector can place. */
const LEAST_MARGIN = 0.002;

const withinPicture = (value: number): number => Math.min(1, Math.max(0, value));

/** Boxes at the edge of the picture end there, give or take a rounding error, which must not lie outside of a zone. */
export const focusOf = ({ l, t, w, h }: Box, focus: Focus): Point => [
  withinPicture(l + w / 2),
  withinPicture(focus === 'center' ? t + h / 2 : t + h),
];

/** What lies within this reach of a border is neither on one side nor on the other. */
export const marginOf = ({ w, h }: Box, least: Reach): Reach => ({
  x: Math.max(MARGIN * w, LEAST_MARGIN, least.x),
  y: Math.max(MARGIN * h, LEAST_MARGIN, least.y),
});

export const NO_REACH: Reach = { x: 0, y: 0 };

/**
 * Positive if `p` is on the right of somebody who stands at `a` and looks to `b`, negative on the left, as it is seen in
 * the picture, where y grows downwards.
 */
export const turn = (a: Point, b: Point, p: Point): number =>
  (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);

/** Whether the infinite line through `a` and `b` is out of reach of `p`. */
export const clearOfLine = (a: Point, b: Point, p: Point, reach: Reach): boolean =>
  Math.abs(turn(a, b, p)) >= Math.hypot((b[0] - a[0]) * reach.y, (b[1] - a[1]) * reach.x);

/** Whether the segment from `a` to `b` is out of reach of `p`. */
export const clearOfSegment = (a: Point, b: Point, p: Point, reach: Reach): boolean => {
  // In a space where the reach is a circle of radius 1 around the origin.
  const [ax, ay] = [(a[0] - p[0]) / reach.x, (a[1] - p[1]) / reach.y];
  const [dx, dy] = [(b[0] - a[0]) / reach.x, (b[1] - a[1]) / reach.y];
  const length = dx * dx + dy * dy;
  const nearest = length === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length));
  return Math.hypot(ax + nearest * dx, ay + nearest * dy) >= 1;
};

/** What rounding may make of a point on a line, as a part of the picture. */
const ROUNDING = 1e-12;

/** Whether the infinite line through `p` and `q` meets the segment from `a` to `b`, ends included. */
export const meets = (p: Point, q: Point, a: Point, b: Point): boolean => {
  const nothing = ROUNDING * Math.hypot(q[0] - p[0], q[1] - p[1]);
  const side = (end: Point): number => {
    const turned = turn(p, q, end);
    return Math.abs(turned) <= nothing ? 0 : Math.sign(turned);
  };
  return side(a) * side(b) <= 0;
};
