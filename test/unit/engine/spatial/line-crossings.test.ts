import { describe, expect, it } from 'vitest';
import type { Point } from '../../../../engine/spatial/geometry.js';
import { LineCrossings } from '../../../../engine/spatial/line-crossings.js';
import { at, lineOf, path, shown, standingOn, walk } from '../../../kit/walks.js';

/** As in AVA's sample: downwards in the middle of the picture. */
const DOWN = lineOf([0.5, 0.1], [0.5, 0.9]);
const UP = lineOf([0.5, 0.9], [0.5, 0.1]);
const ACROSS = lineOf([0.1, 0.5], [0.9, 0.5]);

describe('a crossing', () => {
  it('is clockwise from left to right for somebody who looks from the first point to the second', () => {
    const rightwards = path(
      [
        [0.2, 0.5],
        [0.8, 0.5],
      ],
      12,
    );
    expect(shown(walk([UP], rightwards))).toBe('line>');
    expect(shown(walk([DOWN], rightwards))).toBe('line<');
    expect(shown(walk([DOWN], rightwards.toReversed()))).toBe('line>');
    const downwards = path(
      [
        [0.5, 0.2],
        [0.5, 0.8],
      ],
      12,
    );
    expect(shown(walk([ACROSS], downwards))).toBe('line>');
    expect(shown(walk([ACROSS], downwards.toReversed()))).toBe('line<');
  });

  it('is one of the middle of the lower edge', () => {
    const crossings = new LineCrossings([ACROSS]);
    const tall = (feet: number) => [{ sequenceId: '1', box: standingOn([0.5, feet], 0.1, 0.3) }];
    expect(crossings.step(at(0), tall(0.4))).toEqual([]);
    // Its centre is still above the line.
    expect(shown(crossings.step(at(1), tall(0.6)))).toBe('line>');
  });

  it('may be one of the centre', () => {
    const crossings = new LineCrossings([ACROSS], { focus: 'center' });
    const tall = (feet: number) => [{ sequenceId: '1', box: standingOn([0.5, feet], 0.1, 0.3) }];
    expect(crossings.step(at(0), tall(0.4))).toEqual([]);
    expect(crossings.step(at(1), tall(0.6))).toEqual([]);
    expect(shown(crossings.step(at(2), tall(0.8)))).toBe('line>');
  });

  it('counts for an object that jumps over the line', () => {
    expect(
      shown(
        walk(
          [DOWN],
          [
            [0.1, 0.3],
            [0.9, 0.7],
          ],
        ),
      ),
    ).toBe('line<');
  });

  it('does not count for an object that goes around the end', () => {
    const around: Point[] = [
      [0.3, 0.5],
      [0.3, 0.97],
      [0.7, 0.97],
      [0.7, 0.5],
    ];
    expect(walk([DOWN], around)).toEqual([]);
    expect(walk([DOWN], path(around, 20))).toEqual([]);
    expect(walk([DOWN], [...path(around, 20), ...path(around, 7).toReversed()])).toEqual([]);
  });

  it('counts through, around the end and through again as two in one direction', () => {
    const circle: Point[] = [
      [0.3, 0.5],
      [0.7, 0.5],
      [0.7, 0.97],
      [0.3, 0.97],
      [0.3, 0.5],
      [0.7, 0.5],
    ];
    expect(shown(walk([DOWN], path(circle, 20)))).toBe('line< line<');
  });

  it('counts a real return in the other direction', () => {
    const back = path(
      [
        [0.3, 0.5],
        [0.6, 0.5],
        [0.3, 0.5],
        [0.6, 0.5],
      ],
      10,
    );
    expect(shown(walk([DOWN], back))).toBe('line< line> line<');
  });

  it('counts once for an object that stands and trembles on the line before it goes on', () => {
    const tremble = Array.from({ length: 41 }, (_, n): Point => [0.5 + (n % 2 ? 0.009 : -0.009), 0.5]);
    expect(shown(walk([DOWN], [[0.3, 0.5], ...tremble, [0.7, 0.5]]))).toBe('line<');
    expect(shown(walk([DOWN], [[0.3, 0.5], ...tremble, [0.3, 0.5]]))).toBe('');
    expect(shown(walk([DOWN], [...tremble]))).toBe('');
  });

  it('needs a larger distance for a larger object, and a direction of its own for its height', () => {
    const step: Point[] = [
      [0.48, 0.5],
      [0.52, 0.5],
    ];
    expect(shown(walk([DOWN], step, { size: 0.1 }))).toBe('line<');
    expect(shown(walk([DOWN], step, { size: 0.3 }))).toBe('');
  });

  it('counts what passes through the segment and becomes clear only beyond its end', () => {
    const slanting: Point[] = [
      [0.45, 0.8],
      [0.495, 0.85],
      [0.505, 0.88],
      [0.51, 0.95],
      [0.6, 0.95],
    ];
    expect(shown(walk([DOWN], slanting))).toBe('line<');
  });

  it('counts at the ends of the line, and on points of it', () => {
    expect(
      shown(
        walk(
          [DOWN],
          path(
            [
              [0.3, 0.9],
              [0.7, 0.9],
            ],
            4,
          ),
        ),
      ),
    ).toBe('line<');
    expect(
      shown(
        walk(
          [DOWN],
          [
            [0.3, 0.3],
            [0.5, 0.3],
            [0.5, 0.6],
            [0.7, 0.6],
          ],
        ),
      ),
    ).toBe('line<');
    expect(
      shown(
        walk(
          [DOWN],
          [
            [0.3, 0.3],
            [0.5, 0.3],
            [0.5, 0.6],
            [0.3, 0.6],
          ],
        ),
      ),
    ).toBe('');
  });

  it('comes in the order of the way when one step leads over several lines', () => {
    const lines = ['c', 'a', 'b'].map((name, n) => lineOf([0.4 + n / 10, 0], [0.4 + n / 10, 1], name));
    expect(
      shown(
        walk(lines, [
          [0.1, 0.5],
          [0.9, 0.5],
        ]),
      ),
    ).toBe('c< a< b<');
    expect(
      shown(
        walk(lines, [
          [0.9, 0.5],
          [0.1, 0.5],
        ]),
      ),
    ).toBe('b> a> c>');
  });

  it('never happens on a line without a length', () => {
    expect(
      walk(
        [lineOf([0.5, 0.5], [0.5, 0.5])],
        path(
          [
            [0.1, 0.5],
            [0.9, 0.5],
          ],
          8,
        ),
      ),
    ).toEqual([]);
  });
});

describe('totals', () => {
  it('are kept for each line and direction, over all objects', () => {
    const lines = [DOWN, lineOf([0.7, 0], [0.7, 1], 'other')];
    const into = new LineCrossings(lines);
    const there = path(
      [
        [0.3, 0.5],
        [0.6, 0.5],
      ],
      5,
    );
    walk(lines, there, { into, id: 'one' });
    const [crossing] = walk(lines, there, { into, id: 'two' });
    expect(crossing).toMatchObject({ line: 'line', totals: { clockwise: 0, counterclockwise: 2 } });
    const [back, other] = [
      walk(lines, there.toReversed(), { into, id: 'two', from: 1 }),
      walk(
        lines,
        path(
          [
            [0.6, 0.5],
            [0.9, 0.5],
          ],
          3,
        ),
        { into, id: 'one', from: 1 },
      ),
    ].map(([each]) => each);
    expect(back?.totals).toEqual({ clockwise: 1, counterclockwise: 2 });
    expect(other).toMatchObject({ line: 'other', totals: { clockwise: 0, counterclockwise: 1 } });
  });
});

describe('what is remembered', () => {
  const seen = (x: number, id = '1') => [{ sequenceId: id, box: standingOn([x, 0.5]) }];

  it('is forgotten after a while', () => {
    const crossings = new LineCrossings([DOWN]);
    crossings.step(at(0), seen(0.3));
    expect(shown(crossings.step(at(30), seen(0.7)))).toBe('line<');
    expect(crossings.step(at(60.1), seen(0.3))).toEqual([]);
    crossings.step(at(100), []);
    expect(crossings.remembered).toBe(0);
  });

  it('is bounded', () => {
    const crossings = new LineCrossings([DOWN], { most: 100 });
    for (let id = 0; id < 5000; id++) crossings.step(at(id / 1000), seen(0.3, String(id)));
    expect(crossings.remembered).toBe(100);
    expect(shown(crossings.step(at(6), seen(0.7, '4999')))).toBe('line<');
    expect(crossings.step(at(6), seen(0.7, '1'))).toEqual([]);
  });

  it('does not change with pictures that come late or twice', () => {
    const crossings = new LineCrossings([DOWN]);
    crossings.step(at(1), seen(0.3));
    expect(crossings.step(at(1), seen(0.7))).toEqual([]);
    expect(crossings.step(at(0.5), seen(0.7))).toEqual([]);
    expect(shown(crossings.step(at(2), seen(0.7)))).toBe('line<');
  });
});
