import { describe, expect, it } from 'vitest';
import { type MediaTime, seconds } from '../../../../engine/core/time.js';
import type { Point } from '../../../../engine/spatial/geometry.js';
import { LineCrossings } from '../../../../engine/spatial/line-crossings.js';
import { SpatialOperation } from '../../../../engine/spatial/operation.js';
import { type BoxedClip, denseWays, fpsOf, hasTruth, type TrueBox, truePictures } from '../../../kit/footage.js';

interface Case {
  clip: BoxedClip;
  name: string;
  from: Point;
  to: Point;
  /** Counted by eye in the ways that were drawn over the pictures. */
  clockwise: number;
  counterclockwise: number;
  /** Those who step onto the line and turn back: no crossing for the eye, two for a bare intersection of lines. */
  touches?: number;
}

/** In the order of people's numbers, for those who count again. */
const CASES: Case[] = [
  // To the left: 1 twice, 2, 3, 5, 7, 8, 9 twice, 10, 13, 14, 16, 17, 19. Back: 1, 2, 3, 4, 5, 6, 9 twice, 13, 14, 15, 19.
  { clip: 'pets2009_vtest', name: 'road', from: [0.44, 0.34], to: [0.44, 0.68], clockwise: 15, counterclockwise: 12 },
  // Down: 11, 12. Up: 3, 13. 18 comes up to the line, stands on it for a second and goes back.
  {
    clip: 'pets2009_vtest',
    name: 'corner',
    from: [0.7, 0.42],
    to: [0.92, 0.4],
    clockwise: 2,
    counterclockwise: 2,
    touches: 1,
  },
  // 9, up and down again. 3, 4 and 7 go around the ends.
  { clip: 'pets2009_vtest', name: 'meadow', from: [0.25, 0.7], to: [0.75, 0.66], clockwise: 1, counterclockwise: 1 },
  // To the left: 1, 2, 5, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18. Back: 9, 11, 12, 13, 14, 15, 18, 19.
  { clip: 'pets2009_vtest', name: 'gate', from: [0.9, 0.5], to: [0.9, 0.8], clockwise: 13, counterclockwise: 8 },
  // To the left: 7, 10, 16, 17. To the right: 6. 4 turns around in front of it, on the grass.
  { clip: 'pets2009_vtest', name: 'left', from: [0.1, 0.55], to: [0.1, 0.34], clockwise: 1, counterclockwise: 4 },
  // To the right: 3, 4, 5, 7. To the left: 2.
  { clip: 'tud_campus', name: 'path', from: [0.45, 1], to: [0.45, 0.6], clockwise: 4, counterclockwise: 1 },
  // To the right: 3, 4, 5. 8 stops before it.
  { clip: 'tud_campus', name: 'far', from: [0.7, 0.6], to: [0.7, 1], clockwise: 0, counterclockwise: 3 },
];

/** How often ways lead through a line, from points in the line's own coordinates: along it, and away from it. */
const intersections = (pictures: TrueBox[][], { from, to }: Case): { clockwise: number; counterclockwise: number } => {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const found = { clockwise: 0, counterclockwise: 0 };
  for (const way of denseWays(pictures).values()) {
    let before = 0;
    for (const [x, y] of way) {
      const [dx, dy] = [x - from[0], y - from[1]];
      const along = dx * Math.cos(angle) + dy * Math.sin(angle);
      const away = dy * Math.cos(angle) - dx * Math.sin(angle);
      if (away === 0) continue;
      if (before !== 0 && before !== Math.sign(away) && along >= 0 && along <= length) {
        found[away > 0 ? 'clockwise' : 'counterclockwise']++;
      }
      before = Math.sign(away);
    }
  }
  return found;
};

const timeOf = (clip: BoxedClip, picture: number) => seconds(picture / fpsOf(clip)) as MediaTime;

/** @param every which of the pictures are looked at. */
const counted = ({ clip, name, from, to }: Case, every = 1) => {
  const crossings = new LineCrossings([{ name, from, to }]);
  const found = { clockwise: 0, counterclockwise: 0 };
  for (const [n, objects] of truePictures(clip).entries()) {
    if (n % every !== 0) continue;
    for (const { direction } of crossings.step(timeOf(clip, n), objects)) found[direction]++;
  }
  return found;
};

describe.each(CASES)('the line $name of $clip (needs ../shared)', (one) => {
  const { clip, clockwise, counterclockwise, touches = 0 } = one;

  it.skipIf(!hasTruth(clip))('is crossed as often as counted by eye', () => {
    expect(counted(one)).toEqual({ clockwise, counterclockwise });
  });

  it.skipIf(!hasTruth(clip))(
    'is crossed as often as the drawn ways intersect it, but for those who only touch it',
    () => {
      expect(intersections(truePictures(clip), one)).toEqual({
        clockwise: clockwise + touches,
        counterclockwise: counterclockwise + touches,
      });
    },
  );
});

it.skipIf(!CASES.every(({ clip }) => hasTruth(clip))).each([2, 3, 5])(
  'crossings agree within two percent when one picture of %d is looked at (needs ../shared)',
  (every) => {
    const sum = (counts: { clockwise: number; counterclockwise: number }[]) =>
      counts.reduce((total, { clockwise, counterclockwise }) => total + clockwise + counterclockwise, 0);
    const found = sum(CASES.map((one) => counted(one, every)));
    expect(Math.abs(found / sum(CASES) - 1)).toBeLessThanOrEqual(0.02);
  },
);

describe.skipIf(!hasTruth('pets2009_vtest'))('the left part of the road of pets2009_vtest (needs ../shared)', () => {
  const polygon: Point[] = [
    [0.08, 0.3],
    [0.44, 0.3],
    [0.44, 0.75],
    [0.08, 0.75],
  ];
  /** By eye: 1 and 9 are there twice; 2 to 8, 10, 13 to 17 and 19 once. 15 is there at the beginning, 1 and 8 at the end. */
  const VISITS = 18;

  /** Inside is where the corners go once around the point. */
  const around = ([x, y]: Point): boolean => {
    const angles = polygon.map(([cx, cy]) => Math.atan2(cy - y, cx - x));
    const turned = angles.reduce((sum, angle, n) => {
      const step = angles[(n + 1) % angles.length]! - angle;
      return sum + step - 2 * Math.PI * Math.round(step / (2 * Math.PI));
    }, 0);
    return Math.abs(turned) > Math.PI;
  };

  it('is visited as often as counted by eye, and as the drawn ways lead into it', () => {
    const visits = [...denseWays(truePictures('pets2009_vtest')).values()].map(
      (way) => way.filter((point, n) => around(point) && (n === 0 || !around(way[n - 1]!))).length,
    );
    expect(visits.reduce((sum, each) => sum + each, 0)).toBe(VISITS);
    const common = { name: 'road', polygon, focus: 'footprint', threshold: 0, every: 1 } as const;
    const operation = new SpatialOperation({
      watches: [
        { kind: 'crossing', ...common },
        { kind: 'dwell', ...common },
      ],
    });
    const told = [...truePictures('pets2009_vtest'), ...Array<TrueBox[]>(20).fill([])].flatMap((boxes, n) => {
      const people = boxes.map((each) => ({ ...each, confidence: 1 }));
      return operation.step({ at: timeOf('pets2009_vtest', n), size: { width: 768, height: 576 }, people });
    });
    const events = told.flatMap((each) =>
      each['type'] === 'event' ? [each['event'] as { name: string; properties: Record<string, string> }] : [],
    );
    const crossings = events
      .filter(({ name }) => name === 'personZoneEnterExitEvent')
      .map(({ properties }) => properties['status']);
    expect(crossings.filter((status) => status === 'Enter')).toHaveLength(VISITS);
    expect(crossings.filter((status) => status === 'Exit')).toHaveLength(VISITS);
    const dwells = events.filter(({ name }) => name === 'personZoneDwellTimeEvent');
    expect(dwells).toHaveLength(VISITS);
    const frames = [...truePictures('pets2009_vtest')]
      .flat()
      .filter(({ box }) => around([box.l + box.w / 2, box.t + box.h]));
    expect(dwells.reduce((sum, { properties }) => sum + Number(properties['dwellFrames']), 0)).toBe(frames.length);
  });
});
