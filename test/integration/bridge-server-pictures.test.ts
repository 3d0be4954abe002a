import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Picture, PictureSpec, RawFormat } from '../../bridge/index.js';
import type { CodedFormat } from '../../bridge/pictures.js';
import { testBridge } from '../kit/bridge.js';
import { type EncodedClip, encodeClip, rampLuma } from '../kit/encoded-clip.js';
import { until } from '../kit/until.js';

/** Evenly grey pictures, 16:9, of which each is four levels brighter than the one before. */
const FRAMES = 12;
const clip = encodeClip({ frames: FRAMES });

/** All pictures of the clip in each of these shapes. */
const picturesIn = (...pictures: PictureSpec[]) => picturesOf(clip, pictures);

const picturesOf = async (of: EncodedClip, pictures: PictureSpec[]): Promise<Picture[][]> => {
  const { bridge } = testBridge();
  const got: Picture[][] = pictures.map(() => []);
  const decode = bridge.decode(
    { caps: of.caps, pictures, maxFps: 0 },
    {
      onPicture: (picture, index) => got[index]?.push({ ...picture, data: Buffer.from(picture.data) }),
      onEnd: () => {},
    },
  );
  for (const unit of of.units) decode.feed(unit);
  await until('pictures', () => got.every((each) => each.length === FRAMES));
  return got;
};

/** What ffmpeg makes of a file: grey levels, row by row. */
const judged = (file: Uint8Array, format: CodedFormat): { width: number; height: number; grey: Uint8Array } => {
  const demuxer = { jpeg: 'jpeg_pipe', png: 'png_pipe', bmp: 'bmp_pipe' }[format];
  const input = ['-v', 'error', '-f', demuxer, '-i', '-'];
  const probed = execFileSync(
    'ffprobe',
    [...input.slice(0, -1), 'pipe:0', '-show_entries', 'stream=width,height', '-of', 'csv=p=0'],
    { input: file },
  );
  const [width = 0, height = 0] = probed.toString().trim().split(',').map(Number);
  const args = [...input, '-vf', 'scale=in_range=full:out_range=full,format=gray', '-f', 'rawvideo', '-'];
  return { width, height, grey: new Uint8Array(execFileSync('ffmpeg', args, { input: file })) };
};

/** The luma of the clip has the range of video, 16 to 235; files of pictures have the whole. */
const fullRange = (luma: number): number => ((luma - 16) * 255) / 219;

describe('pictures for servers', () => {
  it.each<CodedFormat>(['jpeg', 'png', 'bmp'])('are files that others read: %s, padded', async (format) => {
    const [pictures = []] = await picturesIn({ width: 208, height: 208, fit: 'pad', format, quality: 95 });
    for (const [n, picture] of pictures.entries()) {
      expect(picture).toMatchObject({ pts: clip.units[n]?.pts, width: 208, height: 208, format });
      expect(picture.content).toEqual({ left: 0, top: 45, width: 208, height: 117 });
      if (n % 5 > 0) continue;
      const { width, height, grey } = judged(picture.data, format);
      expect([width, height]).toEqual([208, 208]);
      const row = (y: number): number => grey[y * 208 + 104] ?? -1;
      expect(Math.abs(row(104) - fullRange(rampLuma(n)))).toBeLessThan(5);
      for (const y of [0, 40, 167, 207]) expect(row(y)).toBeLessThan(12);
      for (const y of [50, 158]) expect(Math.abs(row(y) - row(104))).toBeLessThan(8);
    }
  });

  it('are stretched, fitted or as large as the stream, several from one decoder', async () => {
    const [stretched, inside, own, raw] = await picturesIn(
      { width: 100, height: 100, fit: 'stretch', format: 'jpeg', quality: 80 },
      { width: 100, height: 100, fit: 'inside', format: 'png' },
      { fit: 'pad', format: 'jpeg' },
      { width: 160, format: 'i420' },
    );
    const sizes = [stretched, inside, own, raw].map((each) => each?.map(({ width, height }) => `${width}x${height}`));
    expect(sizes.map((each) => [...new Set(each)])).toEqual([['100x100'], ['100x56'], ['320x180'], ['160x90']]);
    for (const [format, each] of [
      ['jpeg', stretched],
      ['png', inside],
      ['jpeg', own],
    ] as const) {
      const last = each?.at(-1);
      const { width, height, grey } = judged(last!.data, format);
      expect([width, height]).toEqual([last?.width, last?.height]);
      expect(Math.abs(grey[grey.length >> 1]! - fullRange(rampLuma(FRAMES - 1)))).toBeLessThan(5);
    }
  });

  it('are smaller files with less quality', async () => {
    const spec = { width: 320, height: 320, fit: 'pad', format: 'jpeg' } as const;
    const [good, poor] = await picturesOf(encodeClip({ frames: FRAMES, picture: 'test' }), [
      { ...spec, quality: 95 },
      { ...spec, quality: 5 },
    ]);
    expect(poor![0]!.data.length).toBeLessThan(0.5 * good![0]!.data.length);
  });

  it.each<[RawFormat, number]>([
    ['rgb', 3],
    ['bgr', 3],
    ['argb', 4],
    ['rgba', 4],
    ['abgr', 4],
    ['bgra', 4],
    ['rgb565', 2],
    ['rgb555', 2],
  ])('are bytes of pixels: %s', async (format, bytes) => {
    const [pictures = []] = await picturesIn({ width: 31, height: 20, fit: 'stretch', format });
    const row = Math.ceil((31 * bytes) / 4) * 4;
    for (const [n, { strides, data, content }] of pictures.entries()) {
      expect([strides[0], data.length, content.width]).toEqual([row, row * 20, 31]);
      const wanted = fullRange(rampLuma(n));
      const pixel = data.subarray(10 * row + 15 * bytes, 10 * row + 16 * bytes);
      for (const value of levels(pixel, format)) expect(Math.abs(value - wanted)).toBeLessThan(bytes === 2 ? 13 : 6);
      if (bytes === 4) expect(pixel[format.startsWith('a') ? 0 : 3]).toBe(255);
    }
  });
});

/** Red, green and blue of a pixel, 0 to 255. */
const levels = (pixel: Uint8Array, format: RawFormat): number[] => {
  const word = pixel[0]! | (pixel[1]! << 8);
  if (format === 'rgb565') return [(word >> 11) * 8.23, ((word >> 5) & 63) * 4.05, (word & 31) * 8.23];
  if (format === 'rgb555') return [((word >> 10) & 31) * 8.23, ((word >> 5) & 31) * 8.23, (word & 31) * 8.23];
  if (pixel.length === 3) return [...pixel];
  return [...(format.startsWith('a') ? pixel.subarray(1) : pixel.subarray(0, 3))];
};
