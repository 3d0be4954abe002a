import { describe, expect, it } from 'vitest';
import { hasPicture, sequenceSets } from '../../../../bridge/filters/nal.js';

const unit = (...nals: number[][]) => Uint8Array.from(nals.flatMap((nal) => [0, 0, 0, 1, ...nal]));

describe('hasPicture', () => {
  it.each([
    ['an end of sequence alone', unit([0x0a]), false],
    ['a delimiter and parameter sets', unit([0x09, 0xf0], [0x67, 1, 2, 3], [0x68, 4]), false],
    ['parameter sets and an IDR slice', unit([0x67, 1, 2, 3], [0x68, 4], [0x65, 9, 9]), true],
    ['a plain slice', unit([0x41, 0x9a, 0x02]), true],
    ['a data partition', unit([0x02, 0x9a]), true],
    ['a short start code', Uint8Array.from([0, 0, 1, 0x41, 1]), true],
    ['nothing', new Uint8Array(0), false],
    ['a start code that is cut off', Uint8Array.from([0, 0, 1]), false],
  ])('H.264: %s', (_, bytes, expected) => {
    expect(hasPicture(bytes, 'video/x-h264')).toBe(expected);
  });

  it.each([
    ['an end of sequence', unit([36 << 1, 1]), false],
    ['a trailing picture', unit([1 << 1, 1, 5]), true],
    ['an IDR behind its parameter sets', unit([32 << 1, 1], [33 << 1, 1], [34 << 1, 1], [19 << 1, 1, 7]), true],
  ])('H.265: %s', (_, bytes, expected) => {
    expect(hasPicture(bytes, 'video/x-h265')).toBe(expected);
  });

  it('takes every unit of another codec for a picture', () => {
    expect(hasPicture(new Uint8Array(3), 'image/jpeg')).toBe(true);
  });
});

describe('sequenceSets', () => {
  const found = (bytes: Uint8Array, mediaType: string) => sequenceSets(bytes, mediaType).map((set) => [...set]);
  const sps = [0x67, 1, 2, 3];
  const pps = [0x68, 4];
  const subset = [0x6f, 5, 6];

  it('gives those in front of the first slice, whatever stands between them', () => {
    const bytes = unit([0x09, 0xf0], sps, [0x06, 5, 0, 1], pps, subset, [0x65, 9, 9], [0x67, 77]);
    expect(found(bytes, 'video/x-h264')).toEqual([sps, subset]);
  });

  it('leaves out the zeros of a start code, long or short', () => {
    const bytes = Uint8Array.from([0, 0, 1, ...sps, 0, 0, 0, 1, ...subset, 0, 0, 1, 0x65, 1]);
    expect(found(bytes, 'video/x-h264')).toEqual([sps, subset]);
  });

  it('gives the last one of a unit without a slice', () => {
    expect(found(unit(pps, sps), 'video/x-h264')).toEqual([sps]);
  });

  it('finds two kinds in H.265', () => {
    const sets = [32, 33, 34].map((type) => [type << 1, 1, type]);
    const bytes = unit([35 << 1, 1, 9], ...sets, [39 << 1, 1, 9], [19 << 1, 1, 7]);
    expect(found(bytes, 'video/x-h265')).toEqual(sets.slice(0, 2));
  });

  it('knows of none in other codecs, in nothing, and in what is cut off', () => {
    expect(found(unit(sps), 'image/jpeg')).toEqual([]);
    expect(found(new Uint8Array(0), 'video/x-h264')).toEqual([]);
    expect(found(Uint8Array.from([0, 0, 1]), 'video/x-h264')).toEqual([]);
  });
});
