import { describe, expect, it } from 'vitest';
import type { Point } from '../../../../engine/spatial/geometry.js';
import { Zone } from '../../../../engine/spatial/zone.js';

const zone = (...corners: Point[]): Zone => new Zone('z', corners);
const SQUARE: Point[] = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.75, 0.75],
  [0.25, 0.75],
];
const held = (one: Zone, ...points: Point[]): boolean[] => points.map((point) => one.contains(point));
const reach = (radius: number) => ({ x: radius, y: radius });

describe('a zone', () => {
  it.each([
    ['open', SQUARE],
    ['closed', [...SQUARE, SQUARE[0]!]],
    ['in the other direction', SQUARE.toReversed()],
    ['with a corner written twice', [SQUARE[0]!, ...SQUARE]],
    ['with corners in the middle of its sides', [SQUARE[0]!, [0.5, 0.25] as Point, ...SQUARE.slice(1)]],
  ])('holds what is inside and on its sides: %s', (_, corners) => {
    const square = zone(...corners);
    const inside: Point[] = [[0.5, 0.5], [0.25, 0.5], [0.75, 0.6], [0.3, 0.25], [0.3, 0.75], ...SQUARE];
    for (const point of inside) expect([point, square.contains(point)]).toEqual([point, true]);
    const outside: Point[] = [
      [0.2, 0.5],
      [0.8, 0.25],
      [0.1, 0.25],
      [0.1, 0.75],
      [0.9, 0.75],
      [0.5, 0.2499],
      [0.5, 0.7501],
    ];
    for (const point of outside) expect([point, square.contains(point)]).toEqual([point, false]);
  });

  it('may be concave: rays through its corners and along its sides count right', () => {
    const notched = zone([0, 0], [1, 0], [1, 1], [0.5, 0.5], [0, 1]);
    expect(held(notched, [0.5, 0.4], [0.1, 0.5], [0.9, 0.5], [0.5, 0.5])).toEqual([true, true, true, true]);
    expect(held(notched, [0.5, 0.6], [0.5, 1], [0.4, 0.9])).toEqual([false, false, false]);
  });

  it('may cross itself, by the even-odd rule', () => {
    const bowTie = zone([0.2, 0.2], [0.8, 0.8], [0.8, 0.2], [0.2, 0.8]);
    expect(held(bowTie, [0.3, 0.5], [0.7, 0.5], [0.5, 0.5])).toEqual([true, true, true]);
    expect(held(bowTie, [0.5, 0.3], [0.5, 0.7])).toEqual([false, false]);
    expect(bowTie.area).toBeGreaterThan(0);
  });

  it('may touch itself at a corner', () => {
    const touching = zone([0.2, 0.2], [0.5, 0.5], [0.8, 0.2], [0.8, 0.8], [0.5, 0.5], [0.2, 0.8]);
    expect(held(touching, [0.3, 0.5], [0.7, 0.5])).toEqual([true, true]);
    expect(held(touching, [0.5, 0.3], [0.5, 0.7])).toEqual([false, false]);
  });

  it('without an area has nothing inside but its own points', () => {
    for (const flat of [zone([0.2, 0.2], [0.5, 0.5], [0.8, 0.8]), zone([0.5, 0.5], [0.5, 0.5], [0.5, 0.5])]) {
      expect([flat.area, flat.contains([0.5, 0.5]), flat.contains([0.5, 0.4])]).toEqual([
        0,
        expect.any(Boolean),
        false,
      ]);
      expect(flat.clear([0.5, 0.5], reach(0.01))).toBe(!flat.contains([0.5, 0.5]));
    }
  });

  it('knows whether a border is within reach', () => {
    const square = zone(...SQUARE);
    expect(square.clear([0.5, 0.5], reach(0.25))).toBe(true);
    expect(square.clear([0.5, 0.5], reach(0.26))).toBe(false);
    expect(square.clear([0.5, 0.5], { x: 0.26, y: 0.01 })).toBe(false);
    // Near the corner, outside: neither distance alone would do.
    expect(square.clear([0.18, 0.18], reach(0.09))).toBe(true);
    expect(square.clear([0.18, 0.18], reach(0.1))).toBe(false);
  });

  it('has no border at the edge of the picture', () => {
    const all = zone([0, 0], [0, 1], [1, 1], [1, 0], [0, 0]);
    expect(all.clear([0.5, 1], reach(0.2))).toBe(true);
    const left = zone([0, 0], [0.5, 0], [0.5, 1], [0, 1]);
    expect([left.clear([0.2, 1], reach(0.2)), left.clear([0.4, 1], reach(0.2))]).toEqual([true, false]);
  });

  it('numbers its sides from the first two corners', () => {
    const square = zone(...SQUARE);
    const ways: [Point, Point][] = [
      [
        [0.5, 0.1],
        [0.5, 0.5],
      ],
      [
        [0.9, 0.5],
        [0.5, 0.5],
      ],
      [
        [0.5, 0.5],
        [0.5, 0.9],
      ],
      [
        [0.5, 0.5],
        [0.1, 0.5],
      ],
    ];
    expect(ways.map(([from, to]) => square.crossed(from, to))).toEqual([1, 2, 3, 4]);
    expect(square.crossed([0.4, 0.4], [0.6, 0.6])).toBeUndefined();
    expect(square.crossed([0.1, 0.1], [0.9, 0.1])).toBeUndefined();
    expect(square.crossed([0.1, 0.5], [0.9, 0.5])).toBe(2);
    const backwards = zone(...SQUARE.toReversed());
    expect([square, backwards].map((each) => each.crossed([0.1, 0.5], [0.25, 0.5]))).toEqual([4, 4]);
    expect([square, backwards].map((each) => each.crossed([0.75, 0.5], [0.9, 0.5]))).toEqual([2, 2]);
  });
});
