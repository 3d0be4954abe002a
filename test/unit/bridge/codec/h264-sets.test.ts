import { describe, expect, it } from 'vitest';
import { parseH264Pps, parseH264Sps } from '../../../../bridge/codec/h264-sets.js';
import { bytesOf, se, u, ue } from './bit-text.js';
import { h264Pairs, h264Pps, h264Sps } from './fixtures.js';

const SQUARE = { numerator: 1, denominator: 1 };
const PER_25 = { numerator: 25, denominator: 1 };

const PLAIN = {
  id: 0,
  chromaFormatIdc: 1,
  separateColourPlane: false,
  bitDepthLuma: 8,
  bitDepthChroma: 8,
  log2MaxFrameNum: 4,
  pocType: 2,
  log2MaxPocLsb: 0,
  deltaPicOrderAlwaysZero: false,
  maxRefFrames: 1,
  frameMbsOnly: true,
  pixelAspect: SQUARE,
  frameRate: PER_25,
  reorderFrames: 0,
};

describe('parseH264Sps', () => {
  it.each([
    [
      'baseline',
      {
        ...{ profileIdc: 66, constraintFlags: 0xc0, levelIdc: 12, width: 320, height: 240, maxRefFrames: 3 },
        frameRate: { numerator: 15, denominator: 1 },
      },
    ],
    [
      'main',
      {
        ...{ profileIdc: 77, constraintFlags: 0x40, levelIdc: 30, width: 640, height: 360, maxRefFrames: 4 },
        ...{ pocType: 0, log2MaxPocLsb: 6, reorderFrames: 2, frameRate: { numerator: 30_000, denominator: 1001 } },
      },
    ],
    [
      'high',
      {
        ...{ profileIdc: 100, constraintFlags: 0, levelIdc: 40, width: 1920, height: 1080, maxRefFrames: 4 },
        ...{ pocType: 0, log2MaxPocLsb: 6, reorderFrames: 2 },
      },
    ],
    [
      'high10',
      {
        ...{ profileIdc: 110, levelIdc: 21, width: 352, height: 288, bitDepthLuma: 10, bitDepthChroma: 10 },
        frameRate: { numerator: 50, denominator: 1 },
      },
    ],
    [
      'high422Cropped',
      {
        profileIdc: 122,
        levelIdc: 13,
        width: 350,
        height: 270,
        chromaFormatIdc: 2,
        bitDepthLuma: 10,
        bitDepthChroma: 10,
      },
    ],
    ['high444', { profileIdc: 244, levelIdc: 11, width: 176, height: 144, chromaFormatIdc: 3 }],
    ['greyCropped', { profileIdc: 100, levelIdc: 11, width: 174, height: 142, chromaFormatIdc: 0 }],
    [
      'mbaff',
      {
        ...{ profileIdc: 77, levelIdc: 40, width: 1920, height: 1080, frameMbsOnly: false },
        ...{ pocType: 0, log2MaxPocLsb: 4 },
      },
    ],
    [
      'pixelAspectOfTable',
      {
        ...{ width: 704, height: 480, pixelAspect: { numerator: 40, denominator: 33 } },
        frameRate: { numerator: 30, denominator: 1 },
      },
    ],
    ['pixelAspectExtended', { width: 640, height: 360, pixelAspect: { numerator: 91, denominator: 74 } }],
    ['colour', { width: 320, height: 240 }],
    [
      'everything',
      {
        ...{ id: 17, profileIdc: 244, levelIdc: 32, width: 712, height: 570, frameMbsOnly: false, maxRefFrames: 6 },
        ...{ chromaFormatIdc: 3, separateColourPlane: true, bitDepthLuma: 10, bitDepthChroma: 10 },
        ...{ log2MaxFrameNum: 9, pocType: 1, deltaPicOrderAlwaysZero: true, reorderFrames: 3 },
        ...{ pixelAspect: { numerator: 118, denominator: 81 }, frameRate: { numerator: 60_000, denominator: 1001 } },
      },
    ],
  ] as const)('reads the set "%s"', (name, expected) => {
    expect(parseH264Sps(h264Sps[name])).toMatchObject({ ...PLAIN, ...expected });
  });

  it('takes in scaling lists as they are written', () => {
    const key = parseH264Sps(h264Sps.everything)?.decodingKey;
    const lists = [
      '1.-2.6.0.7.1.0.-1.1.1.1.1.1.1.1.1.1',
      '0',
      '0',
      '0',
      '1.-8',
      '0',
      '0',
      '1.c.5.-19',
      '0',
      '0',
      '0',
      '0',
    ];
    expect(key).toContain(`.1.${lists.join('.')}.5.1.1.`);
  });

  it.each([
    ['undefined', 'another type', h264Pps.cavlc],
    ['undefined', 'nothing', new Uint8Array(0)],
    ['undefined', 'a header alone', Uint8Array.of(0x67)],
    ['undefined', 'a set without its end', h264Sps.high.subarray(0, -4)],
    ['defined', 'zeros behind it', Uint8Array.of(...h264Sps.high, 0, 0)],
    ['defined', 'garbage behind it', Uint8Array.of(...h264Sps.high, 0xde, 0xad)],
  ])('is %s for %s', (expected, _, nal) => {
    expect(parseH264Sps(nal) === undefined ? 'undefined' : 'defined').toBe(expected);
  });

  /** A baseline set in which one number can be wrong. */
  const setWith = (wrong: Partial<Record<'id' | 'frameNum' | 'poc' | 'lsb' | 'refs' | 'width' | 'height', number>>) => {
    const { id = 0, frameNum = 0, poc = 0, lsb = 0, refs = 1, width = 19, height = 14 } = wrong;
    const order = ue(poc) + (poc === 0 ? ue(lsb) : '');
    const size = [ue(width), ue(height), '1 1 0'];
    return bytesOf(u(8, 0x67), u(24, 0x42001e), ue(id), ue(frameNum), order, ue(refs), '0', ...size, '0', '1');
  };

  it.each([
    [{}, true],
    [{ id: 31 }, true],
    [{ id: 32 }, false],
    [{ frameNum: 12 }, true],
    [{ frameNum: 13 }, false],
    [{ poc: 3 }, false],
    [{ lsb: 12 }, true],
    [{ lsb: 13 }, false],
    [{ refs: 16 }, true],
    [{ refs: 17 }, false],
    [{ width: 1054 }, true],
    [{ width: 1055 }, false],
    [{ height: 1055 }, false],
    [{ height: 2 ** 32 - 2 }, false],
  ])('with %j is there: %s', (wrong, there) => {
    expect(parseH264Sps(setWith(wrong)) !== undefined).toBe(there);
  });

  it.each([
    ['chroma format', ue(4)],
    ['bit depth of luma', ue(1) + ue(7)],
    ['bit depth of chroma', ue(1) + ue(0) + ue(7)],
    ['scale', `${ue(1)}${ue(0)}${ue(0)}011${ue(2 * 200)}`],
  ])('refuses an impossible %s', (_, format) => {
    const rest = ['0 0', ue(0), ue(2), ue(1), '0', ue(19), ue(14), '1 1 0 0 1'];
    const set = (fields: string) => bytesOf(u(8, 0x67), u(24, 0x64001e), ue(0), fields, ...rest);
    expect(parseH264Sps(set(ue(1) + ue(0) + ue(0)))).toBeDefined();
    expect(parseH264Sps(set(format))).toBeUndefined();
  });
});

describe("a set's key", () => {
  const keyOf = (name: keyof typeof h264Pairs) => parseH264Sps(h264Pairs[name])?.decodingKey;

  it.each([
    ['base', 'frameRate'],
    ['base', 'hrd'],
    ['base', 'picStruct'],
    ['oneFrameRate', 'anotherFrameRate'],
  ] as const)('is the same for %s and %s', (one, another) => {
    expect(keyOf(one)).toBeDefined();
    expect(keyOf(another)).toBe(keyOf(one));
  });

  it('differs for everything else', () => {
    const names = ['base', 'reorder', 'pixelAspect', 'size', 'fullRange', 'oneFrameRate'] as const;
    expect(new Set(names.map(keyOf)).size).toBe(names.length);
    expect(new Set(Object.values(h264Sps).map((nal) => parseH264Sps(nal)?.decodingKey)).size).toBe(12);
  });
});

describe('parseH264Pps', () => {
  const plain = { id: 0, spsId: 0, numSliceGroups: 1, redundantPicCntPresent: false };

  it.each([
    ['cavlc', { ...plain, entropyCoding: 'cavlc', bottomFieldPicOrderInFramePresent: false }],
    ['cabac', { ...plain, entropyCoding: 'cabac', bottomFieldPicOrderInFramePresent: false }],
    ['mbaff', { ...plain, entropyCoding: 'cabac', bottomFieldPicOrderInFramePresent: true }],
    ['scaling', { ...plain, entropyCoding: 'cabac', bottomFieldPicOrderInFramePresent: false }],
    [
      'sliceGroups',
      {
        ...{ id: 200, spsId: 17, numSliceGroups: 3, redundantPicCntPresent: true },
        ...{ entropyCoding: 'cavlc', bottomFieldPicOrderInFramePresent: true },
      },
    ],
  ] as const)('reads the set "%s"', (name, expected) => {
    expect(parseH264Pps(h264Pps[name])).toMatchObject(expected);
  });

  /** Up to redundant_pic_cnt_present_flag, which is set, as a sign that everything before was read rightly. */
  const setWith = (id: number, spsId: number, groups: string) =>
    bytesOf(u(8, 0x68), ue(id), ue(spsId), '1 0', groups, ue(0), ue(0), '0 00', ue(0), ue(0), ue(0), '0 0 1', '1');

  it('reads what slices are read with', () => {
    const set = bytesOf(
      u(8, 0x68),
      ue(0),
      ue(0),
      '1 0',
      ue(0),
      ue(3),
      ue(1),
      '1 10',
      se(-5),
      ue(0),
      ue(0),
      '0 0 0',
      '1',
    );
    expect(parseH264Pps(set)).toMatchObject({
      ...{ references: [4, 2], weightsP: true, weightsB: 'implicit', initialQuantiser: 21 },
    });
  });

  it.each([
    ['runs', ue(3) + ue(0) + ue(5) + ue(6) + ue(7) + ue(8)],
    ['dispersed', ue(3) + ue(1)],
    ['rectangles', ue(2) + ue(2) + ue(0) + ue(95) + ue(400) + ue(500)],
    ['a growing box', `${ue(1)}${ue(3)}1${ue(30)}`],
    ['a raster scan', `${ue(1)}${ue(4)}0${ue(30)}`],
    ['a wipe', `${ue(1)}${ue(5)}0${ue(30)}`],
    ['a map of two', ue(1) + ue(6) + ue(9) + '01'.repeat(5)],
    ['a map of five', ue(4) + ue(6) + ue(9) + '100'.repeat(10)],
  ])('finds its way past slice groups: %s', (_, groups) => {
    expect(parseH264Pps(setWith(1, 2, groups))).toMatchObject({ id: 1, spsId: 2, redundantPicCntPresent: true });
  });

  it.each([
    ['another type', h264Sps.main],
    ['nothing', new Uint8Array(0)],
    ['a cut', h264Pps.cavlc.subarray(0, 3)],
    ['an id beyond 255', setWith(256, 0, ue(0))],
    ['a sequence beyond 31', setWith(0, 32, ue(0))],
    ['nine slice groups', setWith(0, 0, ue(8) + ue(1))],
    ['a map that is longer than the set', setWith(0, 0, ue(1) + ue(6) + ue(2 ** 32 - 2))],
  ])('refuses %s', (_, nal) => {
    expect(parseH264Pps(nal)).toBeUndefined();
  });
});
