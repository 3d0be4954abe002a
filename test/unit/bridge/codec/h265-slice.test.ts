import { describe, expect, it } from 'vitest';
import { parseH265Pps, parseH265Sps } from '../../../../bridge/codec/h265-sets.js';
import { type H265Sets, parseH265Slice } from '../../../../bridge/codec/h265-slice.js';
import { bytesOf, u, ue } from './bit-text.js';
import { h265Pps, h265Slices, h265Sps } from './fixtures.js';

const NO_SETS: H265Sets = { pps: () => undefined, sps: () => undefined };

const setsOf = (sps: Uint8Array, ...pps: Uint8Array[]): H265Sets => {
  const sequence = parseH265Sps(sps);
  const pictures = new Map(pps.map(parseH265Pps).map((set) => [set?.id, set]));
  return { sps: (id) => (id === sequence?.id ? sequence : undefined), pps: (id) => pictures.get(id) };
};

/** 640x480 in 300 coding tree blocks. */
const sets = setsOf(h265Sps.slices, h265Pps.main, h265Pps.dependent);

const first = { firstSegment: true, ppsId: 0, dependent: false, segmentAddress: 0 };
const later = { ...first, firstSegment: false };

describe('parseH265Slice', () => {
  it.each([
    ['idr', { ...first, type: 'I' }],
    ['idrSecond', { ...later, segmentAddress: 100, type: 'I' }],
    ['pThird', { ...later, segmentAddress: 200, type: 'P' }],
    ['b', { ...first, type: 'B' }],
    ['cra', { ...first, type: 'I' }],
    ['rasl', { ...first, type: 'B' }],
    ['extraBits', { ...first, ppsId: 3, type: 'I' }],
    ['extraBitsSecond', { ...later, ppsId: 3, segmentAddress: 150, type: 'I' }],
    ['dependent', { ...later, ppsId: 3, dependent: true, segmentAddress: 299, type: undefined }],
  ] as const)('reads the slice "%s"', (name, expected) => {
    expect(parseH265Slice(h265Slices[name], sets)).toEqual(expected);
  });

  it('reads without sets what can be read without', () => {
    const unknown = { dependent: undefined, segmentAddress: undefined, type: undefined };
    expect(parseH265Slice(h265Slices.idr, NO_SETS)).toEqual({ ...first, type: undefined });
    expect(parseH265Slice(h265Slices.idrSecond, NO_SETS)).toEqual({ ...later, ...unknown });
    const noSequence = { ...sets, sps: () => undefined };
    expect(parseH265Slice(h265Slices.idr, noSequence)).toEqual({ ...first, type: 'I' });
    expect(parseH265Slice(h265Slices.idrSecond, noSequence)).toEqual({ ...later, ...unknown });
  });

  it('needs the first bytes only', () => {
    const { pThird } = h265Slices;
    expect(parseH265Slice(pThird.subarray(0, 5), sets)).toEqual(parseH265Slice(pThird, sets));
  });

  it.each([
    ['a parameter set', h265Pps.main],
    ['a reserved type', bytesOf(u(16, (22 << 9) | 1), '1 0', ue(0), ue(2), '1')],
    ['another layer', Uint8Array.of(0x28, 0x09, ...h265Slices.idr.subarray(2))],
    ['nothing', new Uint8Array(0)],
    ['a header alone', h265Slices.idr.subarray(0, 2)],
    ['a cut', h265Slices.pThird.subarray(0, 3)],
    ['a parameter set beyond 63', bytesOf(u(16, 0x0201), '1', ue(64), ue(2), '1')],
    ['an address beyond the picture', bytesOf(u(16, 0x0201), '0', ue(0), u(9, 300), ue(2), '1')],
    ['a type beyond 2', bytesOf(u(16, 0x0201), '1', ue(0), ue(3), '1')],
  ])('refuses %s', (_, nal) => {
    expect(parseH265Slice(nal, sets)).toBeUndefined();
  });
});
