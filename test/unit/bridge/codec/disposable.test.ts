import { describe, expect, it } from 'vitest';
import { Disposable } from '../../../../bridge/codec/disposable.js';
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
  const disposable = new Disposable('h264');
  disposable.key(unit(sps, h264Slice(3, 5)));
  return disposable;
};

describe('pictures of H.264 that a decoder can do without', () => {
  it('are those that no other refers to', () => {
    const disposable = h264After(h264Sps.main);
    expect(disposable.has(unit(h264Slice(0)))).toBe(true);
    expect(disposable.has(unit(...H264_FRONT, h264Slice(0), h264Slice(0)))).toBe(true);
    expect(disposable.has(unit(h264Slice(1)))).toBe(false);
    expect(disposable.has(unit(...H264_FRONT, h264Slice(2)))).toBe(false);
  });

  it('are not those that bring parameter sets', () => {
    expect(h264After(h264Sps.main).has(unit([0x68, 0xcb, 0x83, 0xcb, 0x20], h264Slice(0)))).toBe(false);
  });

  it('are not fields, and none before the sequence is known', () => {
    expect(h264After(h264Sps.mbaff).has(unit(h264Slice(0)))).toBe(false);
    expect(new Disposable('h264').has(unit(h264Slice(0)))).toBe(false);
  });

  it('are not what is no picture', () => {
    const disposable = h264After(h264Sps.main);
    expect(disposable.has(new Uint8Array(0))).toBe(false);
    expect(disposable.has(unit(...H264_FRONT))).toBe(false);
    expect(disposable.has(Buffer.alloc(4000, 7))).toBe(false);
  });
});

const h265Slice = (type: number, temporalId = 0, layer = 0) => [
  (type << 1) | (layer >> 5),
  ((layer & 31) << 3) | (temporalId + 1),
  0x80,
  0x12,
];
/** A sequence with so many sub-layers. */
const h265After = (subLayers: number) => {
  const sps = Uint8Array.from(Object.values(h265Sps)[0]!);
  sps[2] = (sps[2]! & 0xf1) | ((subLayers - 1) << 1);
  const disposable = new Disposable('h265');
  disposable.key(unit(sps, h265Slice(19)));
  return disposable;
};

describe('pictures of H.265 that a decoder can do without', () => {
  it('are those that no other refers to', () => {
    const disposable = h265After(1);
    // TRAIL_N, RADL_N, RASL_N; TRAIL_R, RADL_R, RASL_R; a type that is reserved.
    expect([0, 6, 8, 1, 7, 9, 22].map((type) => disposable.has(unit(h265Slice(type))))).toEqual([
      ...[true, true, true],
      ...[false, false, false, false],
    ]);
    expect(disposable.has(unit([0x46, 0x01, 0x50], h265Slice(0)))).toBe(true);
    expect(disposable.has(unit(h265Slice(0, 0, 1)))).toBe(false);
  });

  it('are only those of the highest sub-layer, where there are several', () => {
    const disposable = h265After(3);
    expect([0, 1, 2].map((temporalId) => disposable.has(unit(h265Slice(0, temporalId))))).toEqual([false, false, true]);
  });

  it('are none before the sequence is known', () => {
    expect(new Disposable('h265').has(unit(h265Slice(0)))).toBe(false);
  });
});
