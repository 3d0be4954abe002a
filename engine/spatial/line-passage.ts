import type { MediaTime } from '../core/time.js';
import { clearOfLine, meets, type Point, type Reach, turn } from './geometry.js';

/**
 * As seen by somebody who stands at the line's first point and looks to the second, clockwise is from left to right:
 * the way of a clock's hand whose axis is the first point.
 *
 *              second                           second
 *                |                                |
 *        o ------|------> clockwise       <-------|------ o
 *                |                counterclockwise|
 *              first                            first
 *
 * In the picture, the line [[0.5,0.1],[0.5,0.9]] leads downwards: what moves to the left crosses it clockwise, and what
 * moves to the right counterclockwise.
 */
export type Direction = 'clockwise' | 'counterclockwise';

export interface Line {
  readonly name: string;
  readonly from: Point;
  readonly to: Point;
}

/** Where the object was when it went through the line: at which picture, and how far on the way to it, 0 to 1. */
export interface Passed {
  readonly direction: Direction;
  readonly at: MediaTime;
  readonly part: number;
}

type Side = -1 | 1;

/** A line whose points have an order of their own, so that a line and its reverse decide alike about points on them. */
export class OrderedLine {
  readonly name: string;
  readonly a: Point;
  readonly b: Point;
  readonly #reversed: boolean;

  constructor({ name, from, to }: Line) {
    this.name = name;
    this.#reversed = from[0] > to[0] || (from[0] === to[0] && from[1] > to[1]);
    this.a = this.#reversed ? to : from;
    this.b = this.#reversed ? from : to;
  }

  /** A point on the line itself belongs to the right side. */
  side(point: Point): Side {
    return turn(this.a, this.b, point) >= 0 ? 1 : -1;
  }

  direction(side: Side): Direction {
    return (side === 1) !== this.#reversed ? 'clockwise' : 'counterclockwise';
  }
}

/**
 * One object and one line. The object crosses when it has been clearly on one side, is now clearly on the other, and its
 * way between went through the segment. Passages through the segment are added up with their signs: trembling on the
 * line cancels itself out, and a way around the end adds nothing.
 */
export class LinePassage {
  readonly #line: OrderedLine;
  #clear: Side | undefined;
  #net = 0;
  #at: MediaTime | undefined;
  #part = 0;

  constructor(line: OrderedLine) {
    this.#line = line;
  }

  /** @param from where the object was before; undefined if this is the first that is seen of it. */
  advance(from: Point | undefined, to: Point, margin: Reach, at: MediaTime): Passed | undefined {
    const line = this.#line;
    const side = line.side(to);
    if (from && line.side(from) !== side && meets(from, to, line.a, line.b)) this.#pass(from, to, side, at);
    if (!clearOfLine(line.a, line.b, to, margin)) return undefined;
    const [before, net, passedAt] = [this.#clear, this.#net, this.#at];
    this.#clear = side;
    this.#net = 0;
    if (before === undefined || before === side || Math.sign(net) !== side) return undefined;
    return { direction: line.direction(side), at: passedAt ?? at, part: this.#part };
  }

  #pass(from: Point, to: Point, side: Side, at: MediaTime): void {
    const { a, b } = this.#line;
    const [before, after] = [turn(a, b, from), turn(a, b, to)];
    this.#net += side;
    this.#at = at;
    this.#part = before === after ? 0 : before / (before - after);
  }
}
