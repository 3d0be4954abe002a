import { describe, expect, it } from 'vitest';
import { h265VpsId, parseH265Pps, parseH265Sps } from '../../../../bridge/codec/h265-sets.js';
import { bytesOf, hex, u, ue } from './bit-text.js';
import { h265Pairs, h265Pps, h265Sps, h265Vps } from './fixtures.js';

const MAIN = {
  ...{ profileSpace: 0, tier: 'main', profileIdc: 1, compatibilityFlags: 0x60000000, levelIdc: 60 },
  constraintBytes: [0x90, 0, 0, 0, 0, 0],
};
const RANGE = { ...MAIN, profileIdc: 4, compatibilityFlags: 0x08000000 };

const PLAIN = {
  ...{ id: 0, vpsId: 0, subLayers: 1, temporalIdNesting: true, profile: MAIN },
  ...{ chromaFormatIdc: 1, separateColourPlane: false },
  ...{ bitDepthLuma: 8, bitDepthChroma: 8, log2MaxPocLsb: 8, log2CtbSize: 5, maxNumReorder: 2 },
  ...{ width: 320, height: 240, picSizeInCtbs: 80 },
  ...{ pixelAspect: { numerator: 1, denominator: 1 }, frameRate: { numerator: 25, denominator: 1 } },
};

describe('parseH265Sps', () => {
  it.each([
    ['main', {}],
    [
      'main10',
      {
        profile: { ...MAIN, profileIdc: 2, compatibilityFlags: 0x20000000, levelIdc: 120 },
        ...{ bitDepthLuma: 10, bitDepthChroma: 10, width: 1920, height: 1080, picSizeInCtbs: 2040 },
        frameRate: { numerator: 30_000, denominator: 1001 },
      },
    ],
    ['slices', { profile: { ...MAIN, levelIdc: 90 }, width: 640, height: 480, picSizeInCtbs: 300 }],
    ['defaultScaling', {}],
    [
      'main422Cropped',
      {
        profile: { ...RANGE, constraintBytes: [0x9d, 8, 0, 0, 0, 0] },
        ...{ chromaFormatIdc: 2, bitDepthLuma: 10, bitDepthChroma: 10, width: 322, height: 242, picSizeInCtbs: 88 },
      },
    ],
    [
      'main444',
      {
        profile: { ...RANGE, constraintBytes: [0x9e, 8, 0, 0, 0, 0] },
        ...{ chromaFormatIdc: 3, width: 176, height: 144, picSizeInCtbs: 30 },
      },
    ],
    ['intra', { profile: { ...RANGE, constraintBytes: [0x9f, 0xa8, 0, 0, 0, 0] }, maxNumReorder: 0 }],
    [
      'subLayers',
      {
        profile: { ...MAIN, levelIdc: 63 },
        width: 402,
        subLayers: 2,
        temporalIdNesting: false,
        height: 302,
        picSizeInCtbs: 130,
      },
    ],
    [
      'vui',
      {
        profile: { ...MAIN, levelIdc: 93 },
        ...{ width: 704, height: 576, picSizeInCtbs: 396, pixelAspect: { numerator: 16, denominator: 11 } },
        frameRate: { numerator: 50, denominator: 1 },
      },
    ],
    ['highTier', { profile: { ...MAIN, tier: 'high', levelIdc: 153 }, width: 1920, height: 1080, picSizeInCtbs: 2040 }],
    [
      'main12',
      {
        profile: { ...RANGE, constraintBytes: [0x99, 0x88, 0, 0, 0, 0] },
        ...{ bitDepthLuma: 12, bitDepthChroma: 12, width: 176, height: 144, picSizeInCtbs: 30 },
      },
    ],
    [
      'everything',
      {
        ...{
          id: 7,
          vpsId: 2,
          subLayers: 3,
          chromaFormatIdc: 2,
          bitDepthLuma: 10,
          bitDepthChroma: 12,
          log2MaxPocLsb: 7,
        },
        profile: { ...RANGE, tier: 'high', constraintBytes: [0x99, 8, 0, 0, 0, 0], levelIdc: 123 },
        ...{ width: 1280, height: 968, log2CtbSize: 6, picSizeInCtbs: 336, maxNumReorder: 3 },
        ...{ pixelAspect: { numerator: 3, denominator: 2 }, frameRate: { numerator: 60_000, denominator: 1001 } },
      },
    ],
  ] as const)('reads the set "%s"', (name, expected) => {
    expect(parseH265Sps(h265Sps[name])).toEqual({ ...PLAIN, ...expected, decodingKey: expect.any(String) });
  });

  it('takes in extensions as they are', () => {
    const { everything } = h265Sps;
    const key = parseH265Sps(everything)?.decodingKey;
    // The present flag, eight that tell which, and the nine of the range extension.
    expect(key?.endsWith('.1.1.0.0.0.0.0.0.0.0.1.0.1.0.0.0.1.0')).toBe(true);
    const changed = Uint8Array.from(everything);
    changed[changed.length - 1]! ^= 0x08;
    expect(parseH265Sps(changed)?.decodingKey).not.toBe(key);
  });

  it.each([
    ['undefined', 'another type', h265Vps],
    ['undefined', 'nothing', new Uint8Array(0)],
    ['undefined', 'a header alone', hex('4201')],
    ['undefined', 'another layer', Uint8Array.of(0x42, 0x09, ...h265Sps.main.subarray(2))],
    ['undefined', 'a set without its end', h265Sps.main10.subarray(0, -4)],
    ['undefined', 'seven sub-layers more', Uint8Array.of(0x42, 0x01, 0x0f, ...h265Sps.main.subarray(3))],
    ['undefined', 'kilobytes', Uint8Array.of(...h265Sps.main, ...Array(5000).fill(1))],
    ['defined', 'zeros behind it', Uint8Array.of(...h265Sps.main, 0, 0)],
    ['defined', 'garbage behind it', Uint8Array.of(...h265Sps.main, 0xde, 0xad)],
  ])('is %s for %s', (expected, _, nal) => {
    expect(parseH265Sps(nal) === undefined ? 'undefined' : 'defined').toBe(expected);
  });

  type Field = 'id' | 'chroma' | 'width' | 'luma' | 'poc' | 'reorder' | 'block' | 'larger';

  /** A set in which one number can be wrong. */
  const setWith = (wrong: Partial<Record<Field, number>>) => {
    const { id = 0, chroma = 1, width = 640, luma = 0, poc = 4, reorder = 0, block = 0, larger = 2 } = wrong;
    const profile = ['000 00001', u(32, 0x60000000), u(24, 0x900000), u(24, 0), u(8, 93)];
    const format = [ue(id), ue(chroma), ue(width), ue(480), '0', ue(luma), ue(0), ue(poc)];
    const blocks = ['1', ue(4), ue(reorder), ue(0), ...[block, larger, 0, 3, 1, 1].map(ue)];
    return bytesOf(
      u(16, 0x4201),
      '0000 000 1',
      ...profile,
      ...format,
      ...blocks,
      '0 0 0 0',
      ue(0),
      '0 0 0',
      '0 0',
      '1',
    );
  };

  it.each([
    [{}, true],
    [{ id: 15 }, true],
    [{ id: 16 }, false],
    [{ chroma: 2 }, true],
    [{ chroma: 4 }, false],
    [{ width: 16_888 }, true],
    [{ width: 0 }, false],
    [{ width: 16_889 }, false],
    [{ luma: 6 }, true],
    [{ luma: 7 }, false],
    [{ poc: 12 }, true],
    [{ poc: 13 }, false],
    [{ reorder: 16 }, false],
    [{ block: 3, larger: 0 }, true],
    [{ block: 0, larger: 0 }, false],
    [{ block: 3, larger: 1 }, false],
  ])('with %j is there: %s', (wrong, there) => {
    expect(parseH265Sps(setWith(wrong)) !== undefined).toBe(there);
  });
});

describe("a set's key", () => {
  const keyOf = (name: keyof typeof h265Pairs) => parseH265Sps(h265Pairs[name])?.decodingKey;

  it.each(['frameRate', 'hrd'] as const)('is the same for another %s', (name) => {
    expect(keyOf('base')).toBeDefined();
    expect(keyOf(name)).toBe(keyOf('base'));
  });

  it('differs for everything else', () => {
    const names = ['base', 'reorder', 'pixelAspect', 'size', 'displayWindow'] as const;
    expect(new Set(names.map(keyOf)).size).toBe(names.length);
    expect(new Set(Object.values(h265Sps).map((nal) => parseH265Sps(nal)?.decodingKey)).size).toBe(12);
  });
});

describe('parseH265Pps', () => {
  it.each([
    ['main', { id: 0, dependentSliceSegmentsEnabled: false, outputFlagPresent: false, numExtraSliceHeaderBits: 0 }],
    ['dependent', { id: 3, dependentSliceSegmentsEnabled: true, outputFlagPresent: true, numExtraSliceHeaderBits: 2 }],
  ] as const)('reads the set "%s"', (name, expected) => {
    expect(parseH265Pps(h265Pps[name])).toEqual({ spsId: 0, ...expected });
  });

  it.each([
    ['another type', h265Sps.main],
    ['nothing', new Uint8Array(0)],
    ['a cut', h265Pps.main.subarray(0, 2)],
    ['an id beyond 63', bytesOf(u(16, 0x4401), ue(64), ue(0), '11111111')],
    ['a sequence beyond 15', bytesOf(u(16, 0x4401), ue(0), ue(16), '11111111')],
  ])('refuses %s', (_, nal) => {
    expect(parseH265Pps(nal)).toBeUndefined();
  });
});

describe('h265VpsId', () => {
  it('reads the id', () => {
    expect(h265VpsId(h265Vps)).toBe(0);
    expect(h265VpsId(hex('4001 bc'))).toBe(11);
  });

  it('knows none of other units, or of a header alone', () => {
    for (const nal of [h265Sps.main, hex('4001'), new Uint8Array(0)]) expect(h265VpsId(nal)).toBeUndefined();
  });
});
