import { describe, expect, it } from 'vitest';
import { decodeBmp } from '../../../infer/pictures/bmp.js';
import { encodedKind, jpegSize } from '../../../infer/pictures/headers.js';
import { decodeRaw } from '../../../infer/pictures/raw.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('raw pictures', () => {
  it.each([
    ['rgb24', [1, 2, 3]],
    ['bgr24', [3, 2, 1]],
    ['argb', [9, 1, 2, 3]],
    ['rgba', [1, 2, 3, 9]],
    ['abgr', [9, 3, 2, 1]],
    ['bgra', [3, 2, 1, 9]],
  ] as const)('%s has its colours in its own order', (pixelFormat, pixel) => {
    expect([...decodeRaw(bytes(...pixel), { pixelFormat, width: 1, height: 1 }).data]).toEqual([1, 2, 3]);
  });

  it('white, and the three colours, are as bright in 16 bits as in 24', () => {
    const decode = (pixelFormat: 'rgb565be' | 'rgb565le' | 'rgb555be' | 'rgb555le', ...pixels: number[]) => [
      ...decodeRaw(bytes(...pixels), { pixelFormat, width: pixels.length / 2, height: 1 }).data,
    ];
    expect(decode('rgb565be', 0xff, 0xff, 0xf8, 0, 0x07, 0xe0)).toEqual([255, 255, 255, 255, 0, 0, 0, 255, 0]);
    expect(decode('rgb565le', 0x1f, 0)).toEqual([0, 0, 255]);
    expect(decode('rgb555be', 0x7f, 0xff, 0x7c, 0, 0x03, 0xe0)).toEqual([255, 255, 255, 255, 0, 0, 0, 255, 0]);
    expect(decode('rgb555le', 0x1f, 0)).toEqual([0, 0, 255]);
  });

  it('rows may have padding, and the last row need not', () => {
    const data = bytes(1, 2, 3, 0, 4, 5, 6);
    expect([...decodeRaw(data, { pixelFormat: 'rgb24', width: 1, height: 2, strideBytes: 4 }).data]).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
    expect(() => decodeRaw(data, { pixelFormat: 'rgb24', width: 1, height: 2, strideBytes: 2 })).toThrow(/stride of 2/);
    expect(() => decodeRaw(data, { pixelFormat: 'rgb24', width: 1, height: 3, strideBytes: 4 })).toThrow(/too few/);
  });

  it('YUV has video levels, and chroma for pairs of pixels, of odd sizes too', () => {
    const grey = { pixelFormat: 'yuv420p', width: 3, height: 3 } as const;
    const picture = bytes(...[16, 235, 126, 16, 235, 126, 16, 235, 126], ...Array<number>(8).fill(128));
    expect([...decodeRaw(picture, grey).data.subarray(0, 9)]).toEqual([0, 0, 0, 255, 255, 255, 128, 128, 128]);
    const red = bytes(81, 81, 81, 81, 90, 240);
    const [r, g, b] = decodeRaw(red, { pixelFormat: 'yuv420p', width: 2, height: 2 }).data;
    expect([r! > 250, g! < 5, b! < 5]).toEqual([true, true, true]);
    expect(() => decodeRaw(picture.subarray(1), grey)).toThrow(/too few/);
  });

  it('a size that nobody has is refused before there is memory for it', () => {
    expect(() => decodeRaw(bytes(), { pixelFormat: 'rgb24', width: 100_000, height: 100_000 })).toThrow(/more than/);
    expect(() => decodeRaw(bytes(), { pixelFormat: 'rgb24', width: 0, height: 10 })).toThrow(/no pixels/);
  });
});

describe('bitmaps', () => {
  /** Two pixels above each other, 24 bits: the upper is 1 2 3. */
  const bitmap = (height: number): Uint8Array => {
    const file = Buffer.alloc(54 + 8);
    file.write('BM');
    file.writeUInt32LE(54, 10);
    file.writeInt32LE(1, 18);
    file.writeInt32LE(height, 22);
    file.writeUInt16LE(24, 28);
    const rows = [
      [3, 2, 1, 0],
      [6, 5, 4, 0],
    ];
    file.set((height < 0 ? rows : rows.reverse()).flat(), 54);
    return file;
  };

  it('are read from the bottom up, or from the top down if the height is negative', () => {
    for (const height of [2, -2]) expect([...decodeBmp(bitmap(height)).data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('are refused if they are cut off, indexed or compressed', () => {
    expect(() => decodeBmp(bitmap(2).subarray(0, 57))).toThrow(/incomplete/);
    expect(() => decodeBmp(bitmap(2).subarray(0, 20))).toThrow(/incomplete/);
    const indexed = Buffer.from(bitmap(2));
    indexed.writeUInt16LE(8, 28);
    expect(() => decodeBmp(indexed)).toThrow(/8 bits/);
    const compressed = Buffer.from(bitmap(2));
    compressed.writeUInt32LE(1, 30);
    expect(() => decodeBmp(compressed)).toThrow(/compression 1/);
  });
});

describe('headers', () => {
  it('say what a picture is', () => {
    expect(encodedKind(bytes(0xff, 0xd8, 0xff, 0xe0))).toBe('jpeg');
    expect(encodedKind(bytes(0x42, 0x4d))).toBe('bmp');
    expect(() => encodedKind(bytes(0x47, 0x49, 0x46))).toThrow(/neither/);
    expect(() => encodedKind(bytes())).toThrow(/no picture/);
  });

  it('of JPEG pictures are found behind other segments and filling', () => {
    const frame = [0xff, 0xc2, 0, 11, 8, 0x01, 0x68, 0x02, 0x80, 3];
    const comment = [0xff, 0xfe, 0, 4, 0xff, 0xc0];
    expect(jpegSize(bytes(0xff, 0xd8, ...comment, 0xff, ...frame))).toEqual([640, 360]);
    expect(() => jpegSize(bytes(0xff, 0xd8, ...comment))).toThrow(/no frame header/);
    expect(() => jpegSize(bytes(0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0))).toThrow(/no frame header/);
  });
});
