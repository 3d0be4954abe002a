import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marginOf, NO_REACH, type Point } from '../../engine/spatial/geometry.js';
import { SpatialOperation } from '../../engine/spatial/operation.js';
import { Presence } from '../../engine/spatial/presence.js';
import { Zone } from '../../engine/spatial/zone.js';
import { at, standingOn } from '../kit/walks.js';

const SIZE = 0.05;
const MARGIN = marginOf(standingOn([0.5, 0.5], SIZE, SIZE), NO_REACH);

const onGrid = fc
  .tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 10 }))
  .map(([x, y]): Point => [x / 10, y / 10]);
const anywhere = fc
  .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([x, y]): Point => [x, y]);
const point = fc.oneof(onGrid, anywhere);
/** Mostly ones that cross and touch themselves. */
const polygon = fc.array(point, { minLength: 3, maxLength: 8 });

/** The even-odd rule along a ray downwards, with the places where it meets the sides worked out. */
const belowIsOdd = (corners: readonly Point[], [x, y]: Point): boolean => {
  const hits = corners.filter(([ax, ay], n) => {
    const [bx, by] = corners[(n + 1) % corners.length]!;
    if (ax < x === bx < x) return false;
    return ay + ((x - ax) / (bx - ax)) * (by - ay) > y;
  });
  return hits.length % 2 === 1;
};

const awayFromSides = (corners: readonly Point[], p: Point): boolean =>
  new Zone('z', corners).clear(p, { x: 1e-6, y: 1e-6 }) && p.every((value) => value > 0 && value < 1);

describe('a zone', () => {
  it('holds what the even-odd rule says', () => {
    fc.assert(
      fc.property(polygon, point, (corners, p) => {
        fc.pre(awayFromSides(corners, p));
        expect(new Zone('z', corners).contains(p)).toBe(belowIsOdd(corners, p));
      }),
      { numRuns: 5000 },
    );
  });

  it('is the same whichever corner is first, in both directions, open or closed', () => {
    fc.assert(
      fc.property(polygon, point, fc.nat(7), (corners, p, turn) => {
        const one = new Zone('z', corners).contains(p);
        const turned = [...corners.slice(turn % corners.length), ...corners.slice(0, turn % corners.length)];
        for (const other of [turned, turned.toReversed(), [...corners, corners[0]!]]) {
          expect(new Zone('z', other).contains(p)).toBe(one);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('holds its corners, and the middles of its sides on the grid', () => {
    fc.assert(
      fc.property(fc.array(onGrid, { minLength: 3, maxLength: 8 }), (corners) => {
        // Halves of tenths are not exact; those of eighths are.
        const exact = corners.map(([x, y]): Point => [Math.round(x * 8) / 8, Math.round(y * 8) / 8]);
        const zone = new Zone('z', exact);
        for (const [n, a] of exact.entries()) {
          const b = exact[(n + 1) % exact.length]!;
          expect([zone.contains(a), zone.contains([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2])]).toEqual([true, true]);
        }
      }),
    );
  });
});

const way = fc.array(fc.option(point, { nil: undefined, freq: 8 }), { minLength: 1, maxLength: 60 });

describe('presence', () => {
  it('alternates between in and out, never lasts less than nothing, and adds up to who is there', () => {
    fc.assert(
      fc.property(polygon, fc.array(way, { minLength: 1, maxLength: 3 }), (corners, ways) => {
        const presence = new Presence(new Zone('z', corners), 'bottomCenter');
        const inside = new Set<string>();
        for (let n = 0; n < Math.max(...ways.map(({ length }) => length)); n++) {
          const people = ways.flatMap((each, id) => {
            const feet = each[n];
            return feet ? [{ sequenceId: String(id), box: standingOn(feet, SIZE, SIZE) }] : [];
          });
          for (const { kind, object, dwell, frames } of presence.step(at(n / 2), people, NO_REACH)) {
            expect(inside.has(object.sequenceId)).toBe(kind === 'exit');
            if (kind === 'exit') inside.delete(object.sequenceId);
            else inside.add(object.sequenceId);
            expect(dwell).toBeGreaterThanOrEqual(0);
            expect(frames).toBeGreaterThan(0);
          }
          expect(presence.count).toBe(inside.size);
        }
      }),
    );
  });

  it('begins at most once while somebody trembles on a border below the margin', () => {
    const tremble = fc.array(fc.double({ min: -0.999, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(tremble, fc.boolean(), (steps, fromInside) => {
        const square = new Zone('z', [
          [0.3, 0.3],
          [0.7, 0.3],
          [0.7, 0.7],
          [0.3, 0.7],
        ]);
        const presence = new Presence(square, 'bottomCenter');
        const feet: Point[] = [
          [fromInside ? 0.5 : 0.1, 0.5],
          ...steps.map((part): Point => [0.3 + part * MARGIN.x, 0.5]),
        ];
        const changes = feet.flatMap((each, n) =>
          presence.step(at(n / 10), [{ sequenceId: '1', box: standingOn(each, SIZE, SIZE) }], NO_REACH),
        );
        expect(changes.map(({ kind }) => kind)).toEqual(fromInside ? ['enter'] : []);
      }),
    );
  });
});

describe('an operation', () => {
  it('refers only to people that it lists, once each', () => {
    const name = 'z';
    const common = { name, focus: 'center', threshold: 0, every: 1 } as const;
    fc.assert(
      fc.property(polygon, way, way, (corners, one, other) => {
        const zone = { ...common, polygon: corners };
        const operation = new SpatialOperation({
          watches: [
            { kind: 'count', ...zone, trigger: 'event' },
            { kind: 'crossing', ...zone },
            { kind: 'dwell', ...zone },
            { kind: 'distance', ...zone, trigger: 'interval', minimum: 3, maximum: 6 },
            { kind: 'line', ...common, line: { name, from: corners[0]!, to: corners[1]! } },
          ],
        });
        for (let n = 0; n < Math.max(one.length, other.length); n++) {
          const people = [one[n], other[n]].flatMap((feet, id) =>
            feet ? [{ sequenceId: String(id), confidence: 1, box: standingOn(feet, SIZE, SIZE) }] : [],
          );
          const told = operation.step({ at: at(n / 2), size: { width: 640, height: 360 }, people });
          const listed = told.filter(({ type }) => type === 'entity').map(({ inferenceId }) => inferenceId);
          const related = told.flatMap(({ relatedInferences }) => (relatedInferences as string[] | undefined) ?? []);
          expect(new Set(related)).toEqual(new Set(listed));
          expect(listed.length).toBeLessThanOrEqual(people.length);
          for (const { type, event } of told) {
            if (type !== 'event') continue;
            const { properties } = event as { properties: Record<string, unknown> };
            expect(Object.values(properties).every((value) => typeof value === 'string')).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
