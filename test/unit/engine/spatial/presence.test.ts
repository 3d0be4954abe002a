import { describe, expect, it } from 'vitest';
import { type Focus, NO_REACH, type Point, type Reach } from '../../../../engine/spatial/geometry.js';
import type { TrackedObject } from '../../../../engine/spatial/line-crossings.js';
import { type Change, Presence } from '../../../../engine/spatial/presence.js';
import { Zone } from '../../../../engine/spatial/zone.js';
import { at, path, standingOn } from '../../../kit/walks.js';

const SQUARE = new Zone('z', [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.75, 0.75],
  [0.25, 0.75],
]);

class Room {
  readonly presence: Presence<TrackedObject>;
  #time = 0;

  constructor(focus: Focus = 'bottomCenter') {
    this.presence = new Presence(SQUARE, focus);
  }

  /** Everybody at a point, ten pictures a second. Undefined: nobody is there. */
  see(points: readonly (Point | undefined)[], depth: Reach = NO_REACH): Change<TrackedObject>[] {
    return points.flatMap((point) => {
      const people = point ? [{ sequenceId: '1', box: standingOn(point) }] : [];
      return this.presence.step(at(this.#time++ / 10), people, depth);
    });
  }
}

const told = (changes: Change<TrackedObject>[]) =>
  changes.map(({ kind, side, dwell, frames }) => `${kind} ${side ?? '-'} ${dwell / 1000} ${frames}`);

describe('presence in a zone', () => {
  it('begins and ends with the sides that are crossed, and lasts from border to border', () => {
    const room = new Room();
    const way = path(
      [
        [0.1, 0.5],
        [0.9, 0.5],
      ],
      16,
    );
    // In steps of 0.05: on the border at the 4th and the 14th picture.
    expect(told(room.see(way))).toEqual(['enter 4 0 2', 'exit 2 1100 11']);
    expect(room.presence.count).toBe(0);
  });

  it('begins at once for those who appear inside, and ends without a side for those who vanish', () => {
    const room = new Room();
    expect(
      told(
        room.see([
          [0.5, 0.5],
          [0.5, 0.5],
        ]),
      ),
    ).toEqual(['enter - 0 1']);
    expect(room.presence.count).toBe(1);
    const gone = room.see(Array(12).fill(undefined));
    expect(told(gone)).toEqual(['exit - 100 2']);
    expect(gone[0]).toMatchObject({ seen: false, object: { sequenceId: '1' } });
    expect([room.presence.count, room.presence.remembered]).toEqual([0, 0]);
  });

  it('goes on while somebody is missing for a moment', () => {
    const room = new Room();
    expect(told(room.see([[0.5, 0.5], undefined, undefined, [0.6, 0.5]]))).toEqual(['enter - 0 1']);
    expect(room.presence.inView).toHaveLength(1);
  });

  it('does not end because pictures are rare', () => {
    const presence = new Presence(SQUARE, 'bottomCenter');
    const seen = [{ sequenceId: '1', box: standingOn([0.5, 0.5]) }];
    expect(presence.step(at(0), seen, NO_REACH)).toHaveLength(1);
    expect(presence.step(at(20), seen, NO_REACH)).toEqual([]);
  });

  it('begins once for somebody who trembles on the border', () => {
    const room = new Room();
    const tremble = Array.from({ length: 50 }, (_, n): Point => [0.25 + (n % 2 ? 0.009 : -0.009), 0.5]);
    expect(told(room.see([[0.1, 0.5], ...tremble]))).toEqual([]);
    expect(told(room.see([[0.4, 0.5], ...tremble, [0.4, 0.5]]))).toEqual([expect.stringMatching(/^enter 4/)]);
    expect(told(room.see([...tremble, [0.1, 0.5]]))).toEqual([expect.stringMatching(/^exit 4/)]);
  });

  it('may need a depth', () => {
    const room = new Room();
    const deep = { x: 0.1, y: 0.1 };
    expect(
      room.see(
        [
          [0.1, 0.5],
          [0.34, 0.5],
        ],
        deep,
      ),
    ).toEqual([]);
    expect(
      room.see(
        [
          [0.36, 0.5],
          [0.3, 0.5],
        ],
        deep,
      ),
    ).toMatchObject([{ kind: 'enter' }]);
    expect(room.see([[0.23, 0.5]], deep)).toMatchObject([{ kind: 'exit' }]);
  });

  it('is that of the point in focus', () => {
    const feet: Point[] = [[0.5, 0.28]];
    expect(new Room('bottomCenter').see(feet)).toHaveLength(1);
    expect(new Room('footprint').see(feet)).toHaveLength(1);
    expect(new Room('center').see(feet)).toHaveLength(0);
  });
});
