import { clearOfSegment, meets, type Point, type Reach, turn } from './geometry.js';

const same = (a: Point, b: Point): boolean => a[0] === b[0] && a[1] === b[1];

const between = (value: number, a: number, b: number): boolean => value >= Math.min(a, b) && value <= Math.max(a, b);

const onSide = ({ top, bottom }: Side, p: Point): boolean =>
  turn(top, bottom, p) === 0 && between(p[0], top[0], bottom[0]) && between(p[1], top[1], bottom[1]);

/** Nobody can step over the edge of the picture, so a side that lies on it is no border. */
const atPictureEdge = (a: Point, b: Point): boolean =>
  ([0, 1] as const).some((axis) => a[axis] === b[axis] && (a[axis] === 0 || a[axis] === 1));

interface Side {
  readonly a: Point;
  readonly b: Point;
  /** The same in an order of its own, so that rounding does not depend on the direction of the polygon. */
  readonly top: Point;
  readonly bottom: Point;
  /** AVA numbers the sides from 1; the first is between the first two corners. */
  readonly number: number;
  readonly border: boolean;
}

/**
 * A polygon. It may be written open or closed, in either direction, and may touch or cross itself: what is inside is
 * decided by the even-odd rule. Points on its sides are inside.
 */
export class Zone {
  readonly name: string;
  /** 0 if the zone is a line or a point, so that nobody can be in it. */
  readonly area: number;
  readonly #sides: readonly Side[];

  constructor(name: string, polygon: readonly Point[]) {
    this.name = name;
    const corners = polygon.filter((corner, n) => n === 0 || !same(corner, polygon[n - 1]!));
    if (corners.length > 1 && same(corners[0]!, corners.at(-1)!)) corners.pop();
    this.#sides = corners.map((a, n) => {
      const b = corners[(n + 1) % corners.length]!;
      const [top, bottom] = a[1] < b[1] || (a[1] === b[1] && a[0] < b[0]) ? [a, b] : [b, a];
      return { a, b, top, bottom, number: n + 1, border: !atPictureEdge(a, b) };
    });
    // Triangles to the first corner, without their signs: the halves of a bow tie must not cancel each other out.
    const [first = [0, 0]] = corners;
    this.area = this.#sides.reduce((sum, { a, b }) => sum + Math.abs(turn(first, a, b)), 0);
  }

  contains(p: Point): boolean {
    let inside = false;
    for (const side of this.#sides) {
      if (onSide(side, p)) return true;
      const { top, bottom } = side;
      // Each side has its upper corner and not its lower one, so that a ray through a corner counts it once.
      if (top[1] > p[1] || bottom[1] <= p[1]) continue;
      if (turn(top, bottom, p) > 0) inside = !inside;
    }
    return inside;
  }

  /** Whether no border is within reach of a point. */
  clear(p: Point, reach: Reach): boolean {
    return this.#sides.every(({ a, b, border }) => !border || clearOfSegment(a, b, p, reach));
  }

  /** Number of the last side that the straight way between two points meets. */
  crossed(from: Point, to: Point): number | undefined {
    let last: { number: number; part: number } | undefined;
    for (const { a, b, number } of this.#sides) {
      const [before, after] = [turn(a, b, from), turn(a, b, to)];
      if (before === after || Math.sign(before) * Math.sign(after) > 0 || !meets(from, to, a, b)) continue;
      const part = before / (before - after);
      if (!last || part > last.part) last = { number, part };
    }
    return last?.number;
  }
}
