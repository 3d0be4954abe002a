import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearOfLine, marginOf, NO_REACH, type Point, turn } from '../../engine/spatial/geometry.js';
import { LineCrossings } from '../../engine/spatial/line-crossings.js';
import type { Line } from '../../engine/spatial/line-passage.js';
import { at, lineOf, path, shown, standingOn, walk } from '../kit/walks.js';

const SIZE = 0.05;
const MARGIN = marginOf(standingOn([0.5, 0.5], SIZE, SIZE), NO_REACH);

/** On a grid, so that points on lines, ends and corners are as frequent as others. */
const onGrid = fc
  .tuple(fc.integer({ min: 1, max: 19 }), fc.integer({ min: 1, max: 19 }))
  .map(([x, y]): Point => [x / 20, y / 20]);
const anywhere = fc
  .tuple(fc.double({ min: 0.03, max: 0.97, noNaN: true }), fc.double({ min: 0.06, max: 1, noNaN: true }))
  .map(([x, y]): Point => [x, y]);
const point = fc.oneof(onGrid, anywhere);
const points = fc.array(point, { minLength: 2, maxLength: 30 });
const line = fc.tuple(point, point).map(([from, to]) => lineOf(from, to));

const reversed = ({ name, from, to }: Line): Line => ({ name, from: to, to: from });
const swapped = (text: string): string => text.replace(/[<>]/g, (mark) => (mark === '<' ? '>' : '<'));
const isClear = ({ from, to }: Line, p: Point) => clearOfLine(from, to, p, MARGIN);

describe('crossings of a line', () => {
  it('have the other direction on the reversed line', () => {
    fc.assert(
      fc.property(line, points, (one, way) => {
        expect(shown(walk([reversed(one)], way, { size: SIZE }))).toBe(
          swapped(shown(walk([one], way, { size: SIZE }))),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('are those of the way back, backwards, if it begins and ends clear of the line', () => {
    fc.assert(
      fc.property(line, points, (one, way) => {
        fc.pre(isClear(one, way[0]!) && isClear(one, way.at(-1)!));
        const there = shown(walk([one], way, { size: SIZE }));
        const back = shown(walk([one], way.toReversed(), { size: SIZE }));
        expect(back.split(' ').toReversed().join(' ')).toBe(swapped(there));
      }),
      { numRuns: 2000 },
    );
  });

  it('add up: the total is both directions together, and totals rise by one', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), fc.array(points, { maxLength: 4 }), (lines, ways) => {
        const named = lines.map((each, n) => ({ ...each, name: `${n}` }));
        const into = new LineCrossings(named);
        const all = ways.flatMap((way, n) => walk(named, way, { into, id: `${n}`, size: SIZE }));
        for (const { name } of named) {
          const mine = all.filter((crossing) => crossing.line === name);
          const totals = mine.map(({ totals: { clockwise, counterclockwise } }) => clockwise + counterclockwise);
          expect(totals).toEqual(mine.map((_, n) => n + 1));
          const clockwise = mine.filter(({ direction }) => direction === 'clockwise').length;
          if (mine.length > 0) expect(mine.at(-1)!.totals.clockwise).toBe(clockwise);
        }
      }),
    );
  });

  it('are at most one while an object trembles below the margin, wherever it goes before and after', () => {
    const tremble = fc.array(
      fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 0.1, max: 0.9, noNaN: true })),
      {
        minLength: 1,
        maxLength: 200,
      },
    );
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 0.4, noNaN: true }),
        fc.double({ min: 0.6, max: 0.9, noNaN: true }),
        tremble,
        fc.boolean(),
        (left, right, steps, returns) => {
          const down = lineOf([0.5, 0.05], [0.5, 0.95]);
          const on = steps.map(([amplitude, y]): Point => [0.5 + amplitude * MARGIN.x * 0.999, y]);
          const way: Point[] = [[left, 0.5], ...on, [returns ? left : right, 0.5]];
          expect(shown(walk([down], way, { size: SIZE }))).toBe(returns ? '' : 'line<');
        },
      ),
    );
  });

  it('are as many when every other picture is left out, for ways that are clear of the line at their corners', () => {
    fc.assert(
      fc.property(line, points, fc.integer({ min: 1, max: 5 }), (one, corners, half) => {
        const clear = corners.filter((corner) => isClear(one, corner));
        fc.pre(clear.length >= 2);
        const full = walk([one], path(clear, 2 * half), { size: SIZE });
        expect(shown(walk([one], path(clear, half), { size: SIZE }))).toBe(shown(full));
      }),
      { numRuns: 1000 },
    );
  });

  it('are as many as the way has true passages, counted from corner to corner', () => {
    fc.assert(
      fc.property(line, points, (one, corners) => {
        const clear = corners.filter((corner) => isClear(one, corner));
        fc.pre(clear.length >= 2);
        const expected = clear.slice(1).flatMap((to, n) => {
          const from = clear[n]!;
          const [before, after] = [turn(one.from, one.to, from), turn(one.from, one.to, to)];
          if (before > 0 === after > 0) return [];
          // Where on the line the way meets it, from one end to the other.
          const part = before / (before - after);
          const x = from[0] + part * (to[0] - from[0]);
          const y = from[1] + part * (to[1] - from[1]);
          const [dx, dy] = [one.to[0] - one.from[0], one.to[1] - one.from[1]];
          const along = ((x - one.from[0]) * dx + (y - one.from[1]) * dy) / (dx * dx + dy * dy);
          fc.pre(Math.abs(along) > 1e-9 && Math.abs(along - 1) > 1e-9);
          return along > 0 && along < 1 ? [after > 0 ? 'line>' : 'line<'] : [];
        });
        expect(shown(walk([one], clear, { size: SIZE }))).toBe(expected.join(' '));
      }),
      { numRuns: 1000 },
    );
  });

  it('never depend on other objects', () => {
    fc.assert(
      fc.property(line, points, points, (one, mine, others) => {
        const into = new LineCrossings([one]);
        const together = mine.flatMap((point, n) => {
          const other = others[n % others.length]!;
          const seen = [['2', other] as const, ['1', point] as const];
          return into.step(
            at(n / 10),
            seen.map(([sequenceId, feet]) => ({ sequenceId, box: standingOn(feet, SIZE, SIZE) })),
          );
        });
        const only = together.filter(({ object }) => object.sequenceId === '1');
        expect(shown(only)).toBe(shown(walk([one], mine, { size: SIZE })));
      }),
    );
  });
});
