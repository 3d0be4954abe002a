import { describe, expect, it } from 'vitest';
import { parseH264Sps } from '../../../../bridge/codec/h264-sets.js';
import { parseH265Sps } from '../../../../bridge/codec/h265-sets.js';
import { h264Names, h265Names } from '../../../../bridge/codec/profile-names.js';
import { h264Sps, h265Sps } from './fixtures.js';

/* What `gst_codec_utils_h264_get_profile` and its like say in GStreamer 1.22. */

const h264 = parseH264Sps(h264Sps.main)!;
const { profile: h265 } = parseH265Sps(h265Sps.main)!;

describe('h264Names', () => {
  it.each([
    [44, 0x00, 'cavlc-4:4:4-intra'],
    [66, 0x00, 'baseline'],
    [66, 0x40, 'constrained-baseline'],
    [66, 0xc0, 'constrained-baseline'],
    [77, 0x40, 'main'],
    [88, 0x00, 'extended'],
    [100, 0x00, 'high'],
    [100, 0x04, 'high'],
    [100, 0x08, 'progressive-high'],
    [100, 0x0c, 'constrained-high'],
    [110, 0x00, 'high-10'],
    [110, 0x08, 'progressive-high-10'],
    [110, 0x10, 'high-10-intra'],
    [110, 0x18, 'high-10-intra'],
    [122, 0x00, 'high-4:2:2'],
    [122, 0x10, 'high-4:2:2-intra'],
    [244, 0x00, 'high-4:4:4'],
    [244, 0x10, 'high-4:4:4-intra'],
    [0, 0x00, undefined],
    [101, 0xff, undefined],
  ])('calls profile %d with flags %d %s', (profileIdc, constraintFlags, profile) => {
    expect(h264Names({ ...h264, profileIdc, constraintFlags }).profile).toBe(profile);
  });

  it.each([
    [9, 0x00, '1b'],
    [10, 0x00, '1'],
    [11, 0x00, '1.1'],
    [11, 0x10, '1b'],
    [31, 0x10, '3.1'],
    [40, 0x00, '4'],
    [62, 0x00, '6.2'],
    [0, 0x00, undefined],
    [43, 0x00, undefined],
    [255, 0x00, undefined],
  ])('calls level %d with flags %d %s', (levelIdc, constraintFlags, level) => {
    expect(h264Names({ ...h264, levelIdc, constraintFlags }).level).toBe(level);
  });
});

describe('h265Names', () => {
  it.each([
    [1, [0x90, 0x00], 'main'],
    [2, [0x90, 0x00], 'main-10'],
    [3, [0x90, 0x00], 'main-still-picture'],
    [4, [0x99, 0x88], 'main-12'],
    [4, [0x9d, 0x08], 'main-422-10'],
    [4, [0x99, 0x08], 'main-422-12'],
    [4, [0x9e, 0x08], 'main-444'],
    [4, [0x9c, 0x08], 'main-444-10'],
    [4, [0x98, 0x08], 'main-444-12'],
    [4, [0x9f, 0xc8], 'monochrome'],
    [4, [0x9d, 0xc8], 'monochrome-10'],
    [4, [0x9f, 0xa8], 'main-intra'],
    [4, [0x9d, 0xa0], 'main-10-intra'],
    [4, [0x99, 0x28], 'main-422-12-intra'],
    [4, [0x9e, 0x38], 'main-444-still-picture'],
    [4, [0x90, 0x20], 'main-444-16-intra'],
    [4, [0x9d, 0x00], undefined],
    [4, [0x9b, 0x08], undefined],
    [0, [0x90, 0x00], undefined],
    [11, [0x9f, 0xc8], undefined],
  ])('calls profile %d with constraints %j %s', (profileIdc, start, profile) => {
    expect(h265Names({ ...h265, profileIdc, constraintBytes: [...start, 0, 0, 0, 0] }).profile).toBe(profile);
  });

  it('knows no profiles of another space', () => {
    expect(h265Names({ ...h265, profileSpace: 1 }).profile).toBeUndefined();
  });

  it.each([
    [30, '1'],
    [63, '2.1'],
    [93, '3.1'],
    [120, '4'],
    [186, '6.2'],
    [0, undefined],
    [91, undefined],
    [255, undefined],
  ])('calls level %d %s', (levelIdc, level) => {
    expect(h265Names({ ...h265, levelIdc }).level).toBe(level);
  });
});
