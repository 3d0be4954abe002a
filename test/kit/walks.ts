import { type MediaTime, seconds } from '../../engine/core/time.js';
import type { Box, Point } from '../../engine/spatial/geometry.js';
import { type Crossing, LineCrossings, type TrackedObject } from '../../engine/spatial/line-crossings.js';
import type { Line } from '../../engine/spatial/line-passage.js';

export const at = (time: number): MediaTime => seconds(time) as MediaTime;

/** A box of a tenth of the picture that stands on a point. */
export const standingOn = ([x, y]: Point, w = 0.1, h = 0.1): Box => ({ l: x - w / 2, t: y - h, w, h });

export const lineOf = (from: Point, to: Point, name = 'line'): Line => ({ name, from, to });

/** Straight from point to point, in so many pictures each; the corners are among them. */
export const path = (corners: readonly Point[], pictures: number): Point[] => {
  const points: Point[] = corners.slice(0, 1);
  for (const [index, to] of corners.slice(1).entries()) {
    const from = corners[index]!;
    for (let step = 1; step <= pictures; step++) {
      const part = step / pictures;
      points.push([from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part]);
    }
  }
  return points;
};

/** One object that is seen at each of the points, ten times a second. */
export const walk = (
  lines: readonly Line[],
  points: readonly Point[],
  { size = 0.1, into = new LineCrossings(lines), id = '1', from = 0 } = {},
): Crossing<TrackedObject>[] =>
  points.flatMap((point, index) =>
    into.step(at(from + index / 10), [{ sequenceId: id, box: standingOn(point, size, size) }]),
  );

/** `line>` for clockwise, `line<` for counterclockwise. */
export const shown = (crossings: readonly Crossing<TrackedObject>[]): string =>
  crossings.map(({ line, direction }) => `${line}${direction === 'clockwise' ? '>' : '<'}`).join(' ');
