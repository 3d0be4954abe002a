import { expect, it } from 'vitest';
import { movedFragments } from '../../../../engine/mp4/moved-fragments.js';
import { readSegment } from '../../../../engine/mp4/segment-layout.js';
import { bytesOf } from '../../../kit/mp4.js';
import { segmentFile } from '../../../kit/segment-file.js';

const LATER = 1_764_200_000 * 90_000;

it('moves every fragment, and its samples stay what they are', () => {
  const file = segmentFile({ seconds: 2, sound: true });
  const before = readSegment(bytesOf(file))!;
  const header = file.subarray(0, before.headerLength);
  const shifts = new Map([
    [1, LATER],
    [2, LATER + 5],
  ]);
  const moved = Buffer.concat([header, ...movedFragments(file.subarray(before.headerLength), { shifts })]);
  const after = readSegment(bytesOf(moved))!;
  expect(after.fragments.map(({ track, time }) => [track, time])).toEqual(
    before.fragments.map(({ track, time }) => [track, time + shifts.get(track)!]),
  );
  const bytes = (of: Buffer, layout: typeof after): string[] =>
    layout.fragments.flatMap(({ samples }) =>
      samples.map(({ offset, size, key, ticks }) => `${key} ${ticks} ${of.toString('hex', offset, offset + size)}`),
    );
  expect(bytes(moved, after)).toEqual(bytes(file, before));
  // Once more: times that are wide already.
  const again = Buffer.concat([
    header,
    ...movedFragments(moved.subarray(before.headerLength), { shifts: new Map([[1, -LATER]]) }),
  ]);
  expect(readSegment(bytesOf(again))!.fragments.filter(({ track }) => track === 1)[0]!.time).toBe(0);
});

it('puts boxes in front of a fragment', () => {
  const file = segmentFile({ seconds: 2 });
  const { headerLength } = readSegment(bytesOf(file))!;
  const seen: unknown[] = [];
  const parts = movedFragments(file.subarray(headerLength), {
    shifts: new Map(),
    inFront: (fragment) => {
      seen.push(fragment);
      return fragment.time === 90_000 ? Buffer.from('\0\0\0\x08free', 'latin1') : undefined;
    },
  });
  expect(seen).toEqual([
    { track: 1, time: 0 },
    { track: 1, time: 90_000 },
  ]);
  const types = Buffer.concat(parts)
    .toString('latin1')
    .match(/moof|mdat|free/g);
  expect(types).toEqual(['moof', 'mdat', 'free', 'moof', 'mdat']);
});

it('leaves out other tracks', () => {
  const file = segmentFile({ seconds: 2, sound: true });
  const { headerLength } = readSegment(bytesOf(file))!;
  for (const track of [1, 2]) {
    const parts = movedFragments(file.subarray(headerLength), { shifts: new Map(), track });
    const layout = readSegment(bytesOf(Buffer.concat([file.subarray(0, headerLength), ...parts])))!;
    expect(new Set(layout.fragments.map((each) => each.track))).toEqual(new Set([track]));
    expect(layout.fragments.length).toBe(2);
  }
});

it('takes what is torn for the end', () => {
  const file = segmentFile({ seconds: 1 });
  const { headerLength } = readSegment(bytesOf(file))!;
  const media = file.subarray(headerLength);
  for (let size = 0; size <= media.length; size += 7)
    movedFragments(media.subarray(0, size), { shifts: new Map([[1, 1]]) });
  expect(movedFragments(Buffer.alloc(0), { shifts: new Map() })).toEqual([]);
});
