import { describe, expect, it } from 'vitest';
import { References } from '../../../../bridge/codec/references.js';
import { h264Sps, h265Sps } from './fixtures.js';

const START = Uint8Array.of(0, 0, 1);
const unit = (...nals: (Uint8Array | readonly number[])[]): Uint8Array =>
  Buffer.concat(nals.flatMap((nal) => [START, Uint8Array.from(nal)]));

/** An access unit delimiter and a message. */
const H264_FRONT = [
  [0x09, 0xf0],
  [0x06, 0x05, 0x01, 0x00, 0x80],
];
const h264Slice = (refIdc: number, type = 1) => [(refIdc << 5) | type, 0x9a, 0x12, 0x34];
const h264After = (sps: Uint8Array) => {
  const references = new References('h264');
  references.key(unit(sps, h264Slice(3, 5)));
  return references;
};

describe('pictures of H.264 that a decoder can do without', () => {
  it('are those that no other refers to', () => {
    const references = h264After(h264Sps.main);
    expect(references.needNot(unit(h264Slice(0)))).toBe(true);
    expect(references.needNot(unit(...H264_FRONT, h264Slice(0), h264Slice(0)))).toBe(true);
    expect(references.needNot(unit(h264Slice(1)))).toBe(false);
    expect(references.needNot(unit(...H264_FRONT, h264Slice(2)))).toBe(false);
  });

  it('are not those that bring parameter sets', () => {
    expect(h264After(h264Sps.main).needNot(unit([0x68, 0xcb, 0x83, 0xcb, 0x20], h264Slice(0)))).toBe(false);
  });

  it('are not fields, and none before the sequence is known', () => {
    expect(h264After(h264Sps.mbaff).needNot(unit(h264Slice(0)))).toBe(false);
    expect(new References('h264').needNot(unit(h264Slice(0)))).toBe(false);
  });

  it('are not what is no picture', () => {
    const references = h264After(h264Sps.main);
    expect(references.needNot(new Uint8Array(0))).toBe(false);
    expect(references.needNot(unit(...H264_FRONT))).toBe(false);
    expect(references.needNot(Buffer.alloc(4000, 7))).toBe(false);
  });
});

const h265Slice = (type: number, temporalId = 0, layer = 0) => [
  (type << 1) | (layer >> 5),
  ((layer & 31) << 3) | (temporalId + 1),
  0x80,
  0x12,
];
const h265After = (sps: Uint8Array) => {
  const references = new References('h265');
  references.key(unit(sps, h265Slice(19)));
  return references;
};

describe('pictures of H.265 that a decoder can do without', () => {
  it('are those that no other refers to', () => {
    const references = h265After(h265Sps.main);
    // TRAIL_N, RADL_N, RASL_N; TRAIL_R, RADL_R, RASL_R; a type that is reserved.
    expect([0, 6, 8, 1, 7, 9, 22].map((type) => references.needNot(unit(h265Slice(type))))).toEqual([
      ...[true, true, true],
      ...[false, false, false, false],
    ]);
    expect(references.needNot(unit([0x46, 0x01, 0x50], h265Slice(0)))).toBe(true);
    expect(references.needNot(unit(h265Slice(0, 0, 1)))).toBe(false);
  });

  it('are only those of the highest sub-layer, where there are several', () => {
    const references = h265After(h265Sps.subLayers);
    expect([0, 1].map((temporalId) => references.needNot(unit(h265Slice(0, temporalId))))).toEqual([false, true]);
  });

  it('are none before the sequence is known', () => {
    expect(new References('h265').needNot(unit(h265Slice(0)))).toBe(false);
  });
});

describe('pictures that a decoder may hold back', () => {
  it('are as many as the stream says', () => {
    expect(h264After(h264Sps.main).held).toBe(2);
    expect(h264After(h264Sps.baseline).held).toBe(0);
    expect(h265After(h265Sps.main).held).toBe(2);
    expect(new References('h265').held).toBe(0);
  });
});
