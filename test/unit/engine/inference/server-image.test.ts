import { describe, expect, it } from 'vitest';
import { pictureLayout } from '../../../../bridge/filters/picture-layout.js';
import type { Picture, PictureFormat } from '../../../../bridge/index.js';
import { PIXEL_FORMATS } from '../../../../engine/core/pixel-formats.js';
import { pictureFormatOf, serverImage } from '../../../../engine/inference/server-image.js';

/** As GStreamer lays it out: 255 in the padding, and elsewhere numbers that count up. */
const pictureOf = (width: number, height: number, format: PictureFormat, row: number): Picture => {
  const { size = 5, ...shape } = pictureLayout({ width, height }, format);
  const data = new Uint8Array(size).fill(255);
  let n = 0;
  for (let y = 0; y < height; y++) for (let x = 0; x < row; x++) data[y * shape.strides[0] + x] = n++ % 200;
  return { pts: 0, ...shape, caps: '', data };
};

describe('a picture for a server', () => {
  it('is a copy, as it is, if it is a file', () => {
    const picture = { ...pictureOf(4, 2, 'jpeg', 0), data: Uint8Array.of(1, 2, 3) };
    const image = serverImage(picture, { kind: 'jpeg', quality: 90 });
    picture.data.fill(9);
    expect(image).toEqual({ format: { kind: 'jpeg', quality: 90 }, width: 4, height: 2, data: Uint8Array.of(1, 2, 3) });
  });

  it('has rows without padding', () => {
    const image = serverImage(pictureOf(5, 3, 'bgr', 15), { kind: 'raw', pixelFormat: 'bgr24' });
    expect(image).toMatchObject({ width: 5, height: 3, strideBytes: 15 });
    expect([...image.data]).toEqual(Array.from({ length: 45 }, (_, n) => n));
  });

  it('has words of two bytes in the order that is asked for', () => {
    const picture = pictureOf(3, 1, 'rgb565', 6);
    expect([...serverImage(picture, { kind: 'raw', pixelFormat: 'rgb565le' }).data]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...serverImage(picture, { kind: 'raw', pixelFormat: 'rgb565be' }).data]).toEqual([1, 0, 3, 2, 5, 4]);
  });

  it('has three planes one behind the other, also with odd sides', () => {
    const picture = pictureOf(5, 3, 'i420', 5);
    const { strides, offsets, data } = picture;
    for (const plane of [1, 2]) {
      for (let y = 0; y < 2; y++)
        data.fill(100 * plane + y, offsets[plane]! + y * strides[plane]!, offsets[plane]! + y * strides[plane]! + 3);
    }
    const image = serverImage(picture, { kind: 'raw', pixelFormat: 'yuv420p' });
    const luma = Array.from({ length: 15 }, (_, n) => n);
    expect([...image.data]).toEqual([...luma, 100, 100, 100, 101, 101, 101, 200, 200, 200, 201, 201, 201]);
    expect(image.strideBytes).toBe(5);
  });

  it('can have every layout that AVA has', () => {
    const formats = PIXEL_FORMATS.map((pixelFormat) => pictureFormatOf({ kind: 'raw', pixelFormat }));
    expect(new Set(formats).size).toBe(PIXEL_FORMATS.length - 2);
    for (const kind of ['bmp', 'png'] as const) expect(pictureFormatOf({ kind })).toBe(kind);
  });
});
