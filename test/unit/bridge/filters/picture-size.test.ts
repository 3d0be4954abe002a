import { describe, expect, it } from 'vitest';
import { pictureSize } from '../../../../bridge/filters/picture-size.js';
import type { Fit } from '../../../../bridge/pictures.js';
import type { StreamCaps } from '../../../../bridge/types.js';

const capsOf = (width: number, height: number, aspect = ''): StreamCaps => ({
  ...{ track: 'video', mediaType: 'video/x-h264', width, height },
  text: `video/x-h264, width=(int)${width}, height=(int)${height}${aspect}`,
});
const WIDE = capsOf(1920, 1080);
const TALL = capsOf(480, 640);

const sized = (caps: StreamCaps, fit: Fit, width?: number, height?: number) => {
  const sides = { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) };
  const { content, ...size } = pictureSize({ ...sides, fit, format: 'jpeg' }, caps);
  return content ? [size.width, size.height, content] : [size.width, size.height];
};

describe('the size of a picture for a server', () => {
  it.each<Fit>(['pad', 'inside', 'stretch'])('is that of the stream if %s says nothing else', (fit) => {
    expect(sized(WIDE, fit)).toEqual([1920, 1080]);
    expect(sized(WIDE, fit, 333)).toEqual([333, 187]);
    expect(sized(WIDE, fit, undefined, 333)).toEqual([592, 333]);
  });

  it('is as small as the narrower side makes it, without borders', () => {
    expect(sized(WIDE, 'inside', 416, 416)).toEqual([416, 234]);
    expect(sized(WIDE, 'inside', 416, 100)).toEqual([178, 100]);
    expect(sized(TALL, 'inside', 416, 416)).toEqual([312, 416]);
  });

  it('has borders where the picture does not reach', () => {
    expect(sized(WIDE, 'pad', 416, 416)).toEqual([416, 416, { left: 0, top: 91, width: 416, height: 234 }]);
    expect(sized(TALL, 'pad', 416, 416)).toEqual([416, 416, { left: 52, top: 0, width: 312, height: 416 }]);
    expect(sized(WIDE, 'pad', 640, 360)).toEqual([640, 360, { left: 0, top: 0, width: 640, height: 360 }]);
  });

  it('is what was asked for where the picture is stretched', () => {
    expect(sized(WIDE, 'stretch', 300, 300)).toEqual([300, 300]);
  });

  it('is in proportion to the picture as it is shown, whose pixels need not be square', () => {
    const anamorphic = capsOf(704, 576, ', pixel-aspect-ratio=(fraction)16/11');
    expect(sized(anamorphic, 'inside', 1024, 1024)).toEqual([1024, 576]);
    expect(sized(anamorphic, 'pad', 512, 512)).toEqual([512, 512, { left: 0, top: 112, width: 512, height: 288 }]);
  });

  it('is never nothing, however absurd the stream', () => {
    const { width: _, height: __, ...unknown } = WIDE;
    expect(sized({ ...unknown }, 'inside', 320, 320)).toEqual([320, 180]);
    expect(sized(capsOf(16000, 1), 'pad', 10, 10)).toEqual([10, 10, { left: 0, top: 4, width: 10, height: 1 }]);
  });
});
