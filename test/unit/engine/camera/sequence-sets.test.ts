import { beforeEach, describe, expect, it } from 'vitest';
import { SequenceSets } from '../../../../engine/camera/sequence-sets.js';

const H264 = 'video/x-h264';
const SPS = [0x67, 1, 2, 3];
const PPS = [0x68, 4];
const SLICE = [0x65, 9, 9];
const keyframe = (...nals: number[][]) => Uint8Array.from([...nals, SLICE].flatMap((nal) => [0, 0, 0, 1, ...nal]));

describe('the sequence parameter sets of an epoch', () => {
  let sets: SequenceSets;
  beforeEach(() => {
    sets = new SequenceSets();
    expect(sets.changedBy(keyframe(SPS, PPS), H264)).toBe(false);
  });

  it.each([
    ['the same', keyframe(SPS, PPS)],
    ['none', keyframe()],
    ['only those of pictures', keyframe(PPS)],
    ['others of pictures', keyframe(SPS, [0x68, 5], [0x68, 6])],
    ['the same twice, with other units between', keyframe([0x09, 0xf0], SPS, PPS, [0x06, 1], SPS, PPS)],
  ])('stay when a keyframe brings %s', (_, unit) => {
    expect(sets.changedBy(unit, H264)).toBe(false);
  });

  it('change once with other content, and back', () => {
    const other = keyframe([0x67, 1, 2, 4], PPS);
    expect(sets.changedBy(other, H264)).toBe(true);
    expect(sets.changedBy(other, H264)).toBe(false);
    expect(sets.changedBy(keyframe(SPS, PPS), H264)).toBe(true);
  });

  it('change with one more', () => {
    expect(sets.changedBy(keyframe(SPS, [0x6f, 5], PPS), H264)).toBe(true);
  });

  it('are those of the first keyframe again once they are forgotten', () => {
    sets.forget();
    expect(sets.changedBy(keyframe([0x67, 7], PPS), H264)).toBe(false);
    expect(sets.changedBy(keyframe(SPS, PPS), H264)).toBe(true);
  });

  it('do not tie the epoch to those of a description that the camera does not repeat', () => {
    sets.forget();
    expect(sets.changedBy(keyframe([0x67, 8], [0x68, 8], SPS, PPS), H264)).toBe(false);
    expect(sets.changedBy(keyframe(SPS, PPS), H264)).toBe(false);
  });

  it('are none in a codec without a rule', () => {
    expect(sets.changedBy(Uint8Array.from([1, 2, 3]), 'image/jpeg')).toBe(false);
  });
});
