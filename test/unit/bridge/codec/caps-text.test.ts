import { describe, expect, it } from 'vitest';
import { capsTextOf } from '../../../../bridge/codec/caps-text.js';
import { parseH264Sps } from '../../../../bridge/codec/h264-sets.js';
import { parseH265Sps } from '../../../../bridge/codec/h265-sets.js';
import { parseCaps } from '../../../../bridge/filters/caps.js';
import { h264Sps, h265Sps } from './fixtures.js';

/** width, height, frame rate, pixel aspect ratio, profile, tier (H.265), level, chroma format, bit depths. */
type Row = readonly [string, number, number, string, string, string, string, string, string, number, number];

/* What `h264parse` and `h265parse` of GStreamer 1.22 say of the same streams. */
const H264: readonly Row[] = [
  ['baseline', 320, 240, '15/1', '1/1', 'constrained-baseline', '', '1.2', '4:2:0', 8, 8],
  ['main', 640, 360, '30000/1001', '1/1', 'main', '', '3', '4:2:0', 8, 8],
  ['high', 1920, 1080, '25/1', '1/1', 'high', '', '4', '4:2:0', 8, 8],
  ['high10', 352, 288, '50/1', '1/1', 'high-10', '', '2.1', '4:2:0', 10, 10],
  ['high422Cropped', 350, 270, '25/1', '1/1', 'high-4:2:2', '', '1.3', '4:2:2', 10, 10],
  ['high444', 176, 144, '25/1', '1/1', 'high-4:4:4', '', '1.1', '4:4:4', 8, 8],
  ['greyCropped', 174, 142, '25/1', '1/1', 'high', '', '1.1', '4:0:0', 8, 0],
  ['mbaff', 1920, 1080, '25/1', '1/1', 'main', '', '4', '4:2:0', 8, 8],
  ['pixelAspectOfTable', 704, 480, '30/1', '40/33', 'constrained-baseline', '', '3', '4:2:0', 8, 8],
  ['pixelAspectExtended', 640, 360, '25/1', '91/74', 'constrained-baseline', '', '3', '4:2:0', 8, 8],
];
const H265: readonly Row[] = [
  ['main', 320, 240, '25/1', '1/1', 'main', 'main', '2', '4:2:0', 8, 8],
  ['main10', 1920, 1080, '30000/1001', '1/1', 'main-10', 'main', '4', '4:2:0', 10, 10],
  ['main422Cropped', 322, 242, '25/1', '1/1', 'main-422-10', 'main', '2', '4:2:2', 10, 10],
  ['main444', 176, 144, '25/1', '1/1', 'main-444', 'main', '2', '4:4:4', 8, 8],
  ['intra', 320, 240, '25/1', '1/1', 'main-intra', 'main', '2', '4:2:0', 8, 8],
  ['subLayers', 402, 302, '25/1', '1/1', 'main', 'main', '2.1', '4:2:0', 8, 8],
  ['vui', 704, 576, '50/1', '16/11', 'main', 'main', '3.1', '4:2:0', 8, 8],
  ['highTier', 1920, 1080, '25/1', '1/1', 'main', 'high', '5.1', '4:2:0', 8, 8],
  ['main12', 176, 144, '25/1', '1/1', 'main-12', 'main', '2', '4:2:0', 12, 12],
];

const textOf = (mediaType: string, [, width, height, rate, aspect, profile, tier, level, chroma, luma, other]: Row) =>
  [
    `${mediaType}, stream-format=(string)byte-stream, alignment=(string)au, width=(int)${width}, height=(int)${height}`,
    `framerate=(fraction)${rate}, pixel-aspect-ratio=(fraction)${aspect}, profile=(string)${profile}`,
    ...(tier === '' ? [] : [`tier=(string)${tier}`]),
    `level=(string)${level}, chroma-format=(string)${chroma}`,
    `bit-depth-luma=(uint)${luma}, bit-depth-chroma=(uint)${other}, parsed=(boolean)true`,
  ].join(', ');

describe('capsTextOf', () => {
  it.each(H264.map((row) => [row[0], row] as const))('says of H.264 "%s" what h264parse says', (name, row) => {
    const sps = parseH264Sps(h264Sps[name as keyof typeof h264Sps])!;
    expect(capsTextOf('h264', sps)).toBe(textOf('video/x-h264', row));
  });

  it.each(H265.map((row) => [row[0], row] as const))('says of H.265 "%s" what h265parse says', (name, row) => {
    const sps = parseH265Sps(h265Sps[name as keyof typeof h265Sps])!;
    expect(capsTextOf('h265', sps)).toBe(textOf('video/x-h265', row));
  });

  const main = parseH264Sps(h264Sps.main)!;

  it.each([
    ['nothing', undefined],
    ['less than a frame in a second', { numerator: 1, denominator: 2 }],
    ['more than 240', { numerator: 90_000, denominator: 1 }],
    ['numbers that no fraction holds', { numerator: 2 ** 31, denominator: 2 ** 27 + 1 }],
  ])('leaves the frame rate out where the set says %s', (_, frameRate) => {
    const text = capsTextOf('h264', { ...main, frameRate });
    expect(text).not.toContain('framerate');
    expect(text).toContain('height=(int)360, pixel-aspect-ratio=');
  });

  it.each([
    { numerator: 1, denominator: 1 },
    { numerator: 240, denominator: 1 },
  ])('believes in $numerator frames per second', (frameRate) => {
    expect(capsTextOf('h264', { ...main, frameRate })).toContain(`framerate=(fraction)${frameRate.numerator}/1`);
  });

  it('leaves out what has no name, and takes pixels for square', () => {
    const text = capsTextOf('h264', { ...main, profileIdc: 1, levelIdc: 1, pixelAspect: undefined });
    expect(text).not.toMatch(/profile|level/);
    expect(text).toContain('pixel-aspect-ratio=(fraction)1/1, chroma-format=');
  });

  it('is read like the caps of a parser', () => {
    expect(parseCaps(capsTextOf('h264', main))).toMatchObject({
      ...{ track: 'video', mediaType: 'video/x-h264', width: 640, height: 360, frameRate: 30_000 / 1001 },
    });
  });
});
