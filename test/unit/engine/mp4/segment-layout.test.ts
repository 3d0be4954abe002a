import { expect, it } from 'vitest';
import { readSegment } from '../../../../engine/mp4/segment-layout.js';
import { bytesOf } from '../../../kit/mp4.js';
import { segmentFile } from '../../../kit/segment-file.js';

it('finds the tracks and fragments of a segment', () => {
  const file = segmentFile({ seconds: 2, gop: 20, sound: true });
  const layout = readSegment(bytesOf(file))!;
  expect(layout.tracks).toMatchObject([
    { id: 1, kind: 'video', codec: 'avc1.42C01E', width: 320, height: 180, timescale: 90_000 },
    { id: 2, kind: 'audio', codec: 'mp4a.40.2', sampleRate: 48_000, channels: 1, timescale: 90_000 },
  ]);
  const told = layout.fragments.map(({ track, time, samples }) => [track, time, samples.length, samples[0]!.key]);
  expect(told).toEqual([
    [1, 0, 20, true],
    [1, 72_000, 5, true],
    [2, 0, 10, true],
    [1, 90_000, 15, false],
    [1, 144_000, 10, true],
    [2, 90_000, 10, true],
  ]);
  expect(layout.end).toBe(file.length);
  for (const { offset, length, end, samples } of layout.fragments) {
    expect(file.toString('latin1', offset + 4, offset + 8)).toBe('moof');
    expect(end).toBe(offset + length);
    expect(samples.reduce((sum, { size }) => sum + size, samples[0]!.offset)).toBe(end);
  }
});

it('goes as far as whole fragments go, wherever the file was cut off', () => {
  const file = segmentFile({ seconds: 2, sound: true });
  const whole = readSegment(bytesOf(file))!;
  for (let size = 0; size < file.length; size++) {
    const layout = readSegment(bytesOf(file.subarray(0, size)));
    if (size < whole.headerLength) {
      expect(layout).toBeUndefined();
      continue;
    }
    const expected = whole.fragments.filter(({ offset, length }) => offset + length <= size);
    expect(layout!.fragments).toEqual(expected);
    expect(layout!.end).toBeLessThanOrEqual(size);
  }
});

it('survives any damage', () => {
  const file = segmentFile({ seconds: 1, sound: true });
  for (let at = 0; at < file.length; at++) {
    for (const value of [0, 1, 0x7f, 0xff]) {
      const damaged = Buffer.from(file);
      damaged[at] = value;
      const layout = readSegment(bytesOf(damaged));
      expect(layout?.end ?? 0).toBeLessThanOrEqual(file.length);
    }
  }
});
