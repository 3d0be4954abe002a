import { expect, it } from 'vitest';
import { cutsOf, packCuts, unpackCuts } from '../../../../engine/archive/cuts.js';
import type { SegmentFragment, SegmentLayout } from '../../../../engine/mp4/segment-layout.js';

const fragment = (track: number, offset: number, time: number, key: boolean, composition = 0): SegmentFragment => ({
  ...{ track, offset, time, end: offset + 100, length: 100, moofLength: 50 },
  samples: [{ offset: offset + 60, size: 40, ticks: 3600, key, composition }],
});

const layout = (...fragments: SegmentFragment[]): SegmentLayout => ({
  headerLength: 500,
  tracks: [
    { id: 1, kind: 'video' },
    { id: 2, kind: 'audio' },
  ] as unknown as SegmentLayout['tracks'],
  fragments,
  end: 10_000,
});

it('cuts where the video has a keyframe, no closer than four seconds', () => {
  const cuts = cutsOf(
    layout(
      fragment(1, 500, 0, true, 7200),
      fragment(2, 600, 0, true),
      fragment(1, 700, 90_000, false),
      fragment(1, 800, 180_000, true, 7200),
      fragment(2, 900, 400_000, true),
      fragment(1, 1000, 360_000, true, 7200),
      fragment(1, 1100, 630_000, false),
      fragment(1, 1200, 720_000, true, 3600),
    ),
  );
  expect(cuts).toEqual([
    { offset: 500, ticks: 0 },
    { offset: 1000, ticks: 360_000 },
  ]);
});

it('packs cuts into a few bytes', () => {
  const cuts = [
    { offset: 1351, ticks: 0 },
    { offset: 2_345_678, ticks: 360_000 },
    { offset: 5_000_000_000, ticks: 27_000_000 },
  ];
  const packed = packCuts(cuts);
  expect(packed.length).toBeLessThan(20);
  expect(unpackCuts(packed)).toEqual(cuts);
  expect(unpackCuts(new Uint8Array(0))).toEqual([]);
});
