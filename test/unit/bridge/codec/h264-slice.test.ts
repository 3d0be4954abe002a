import { describe, expect, it } from 'vitest';
import { parseH264Pps, parseH264Sps } from '../../../../bridge/codec/h264-sets.js';
import { type H264Sets, parseH264Slice } from '../../../../bridge/codec/h264-slice.js';
import { bytesOf, ue } from './bit-text.js';
import { h264Pps, h264Slices, h264Sps } from './fixtures.js';

const NO_SETS: H264Sets = { pps: () => undefined, sps: () => undefined };

const setsOf = (sps: Uint8Array, pps: Uint8Array): H264Sets => {
  const [sequence, picture] = [parseH264Sps(sps), parseH264Pps(pps)];
  return {
    sps: (id) => (id === sequence?.id ? sequence : undefined),
    pps: (id) => (id === picture?.id ? picture : undefined),
  };
};

const baseline = setsOf(h264Sps.baseline, h264Pps.cavlc);
const high = setsOf(h264Sps.high, h264Pps.cabac);
const mbaff = setsOf(h264Sps.mbaff, h264Pps.mbaff);
const everything = setsOf(h264Sps.everything, h264Pps.sliceGroups);

const frame = { fieldPicture: false, bottomField: false };
const UNKNOWN = {
  ...{ frameNum: undefined, fieldPicture: undefined, bottomField: undefined },
  ...{ idrPicId: undefined, picOrderCntLsb: undefined, quantiser: undefined },
};

describe('parseH264Slice', () => {
  it.each([
    ['baselineIdr', baseline, { firstMb: 0, type: 'I', frameNum: 0, idrPicId: 0, picOrderCntLsb: undefined }],
    ['baselineIdrSecond', baseline, { firstMb: 160, type: 'I', frameNum: 0, idrPicId: 0, picOrderCntLsb: undefined }],
    ['baselineP', baseline, { firstMb: 0, type: 'P', frameNum: 1, idrPicId: undefined, picOrderCntLsb: undefined }],
    ['highIdr', high, { firstMb: 0, type: 'I', frameNum: 0, idrPicId: 0, picOrderCntLsb: 0 }],
    ['highIdrFourth', high, { firstMb: 6120, type: 'I', frameNum: 0, idrPicId: 0, picOrderCntLsb: 0 }],
    ['mainB', high, { firstMb: 0, type: 'B', frameNum: 3, idrPicId: undefined, picOrderCntLsb: 4 }],
    ['mbaffP', mbaff, { firstMb: 0, type: 'P', frameNum: 1, idrPicId: undefined, picOrderCntLsb: 3 }],
    ['topField', mbaff, { firstMb: 0, type: 'I', frameNum: 5, fieldPicture: true, idrPicId: 2, picOrderCntLsb: 9 }],
    [
      'bottomField',
      mbaff,
      {
        ...{ firstMb: 0, type: 'I', frameNum: 5, fieldPicture: true, bottomField: true },
        ...{ idrPicId: undefined, picOrderCntLsb: 9 },
      },
    ],
    [
      'colourPlane',
      everything,
      { firstMb: 0, type: 'I', ppsId: 200, frameNum: 300, idrPicId: 0, picOrderCntLsb: undefined },
    ],
  ] as const)('reads the slice "%s"', (name, sets, expected) => {
    expect(parseH264Slice(h264Slices[name], sets)).toEqual({
      ...{ ppsId: 0, quantiser: expect.any(Number), ...frame },
      ...expected,
    });
  });

  it('reads without sets what can be read without', () => {
    const expected = { firstMb: 160, type: 'I', ppsId: 0, ...UNKNOWN };
    expect(parseH264Slice(h264Slices.baselineIdrSecond, NO_SETS)).toEqual(expected);
    expect(parseH264Slice(h264Slices.baselineIdrSecond, { ...baseline, sps: () => undefined })).toEqual(expected);
  });

  it.each(['P', 'B', 'I', 'SP', 'SI'].flatMap((type, index) => [[index, type] as const, [index + 5, type] as const]))(
    'calls type %d %s',
    (number, type) => {
      expect(parseH264Slice(bytesOf('01000001', ue(0), ue(number), ue(0)), NO_SETS)?.type).toBe(type);
    },
  );

  it('reads the header in a data partition A, and the others have none', () => {
    const as = (type: number) => Uint8Array.of(0x40 | type, ...h264Slices.baselineP.subarray(1));
    expect(parseH264Slice(as(2), baseline)).toEqual(parseH264Slice(h264Slices.baselineP, baseline));
    for (const type of [3, 4, 6, 7, 20]) expect(parseH264Slice(as(type), baseline)).toBeUndefined();
  });

  it('needs the first bytes only, and one more for the quantiser', () => {
    const { baselineP } = h264Slices;
    const whole = parseH264Slice(baselineP, baseline);
    expect(parseH264Slice(baselineP.subarray(0, 4), baseline)).toEqual(whole);
    expect(parseH264Slice(baselineP.subarray(0, 3), baseline)).toEqual({ ...whole, quantiser: undefined });
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['a header alone', Uint8Array.of(0x41)],
    ['a cut', h264Slices.baselineP.subarray(0, 2)],
    ['a macroblock beyond the largest picture', bytesOf('01000001', ue(139_264), ue(0), ue(0), '1'.repeat(40))],
    ['a type beyond 9', bytesOf('01000001', ue(0), ue(10), ue(0), '1'.repeat(40))],
    ['a parameter set beyond 255', bytesOf('01000001', ue(0), ue(0), ue(256), '1'.repeat(40))],
  ])('refuses %s', (_, nal) => {
    expect(parseH264Slice(nal, baseline)).toBeUndefined();
  });
});
