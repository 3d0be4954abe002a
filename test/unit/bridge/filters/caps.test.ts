import { describe, expect, it } from 'vitest';
import { decoderCaps, parseCaps, pixelAspect, scaledSize } from '../../../../bridge/filters/caps.js';
import { pictureLayout } from '../../../../bridge/filters/picture-layout.js';

const H264 =
  'video/x-h264, stream-format=(string)byte-stream, alignment=(string)au, pixel-aspect-ratio=(fraction)1/1, ' +
  'width=(int)640, height=(int)360, framerate=(fraction)30000/1001, profile=(string)main';

describe('decoderCaps', () => {
  it('are those of the stream', () => {
    expect(decoderCaps(parseCaps(H264))).toBe(H264);
  });

  it.each(['-84', '0', '70000'])('say nothing of the size if it is %s wide', (width) => {
    const text = decoderCaps(parseCaps(H264.replace('640', width)));
    expect(text).not.toMatch(/width|height/);
    expect(text).toMatch(/^video\/x-h264, .*pixel-aspect-ratio=\(fraction\)1\/1, framerate=/);
  });
});

describe('parseCaps', () => {
  it('reads what matters of fixed caps', () => {
    expect(parseCaps(H264)).toEqual({
      track: 'video',
      text: H264,
      mediaType: 'video/x-h264',
      width: 640,
      height: 360,
      frameRate: 30000 / 1001,
    });
  });

  it.each([
    ['audio/mpeg', { track: 'audio', mediaType: 'audio/mpeg' }],
    ['video/x-h264, framerate=(fraction)0/1', { track: 'video', mediaType: 'video/x-h264' }],
    ['video/x-raw(memory:DMABuf), width=(int)8', { track: 'video', mediaType: 'video/x-raw', width: 8 }],
    [
      'video/x-raw, max-width=(int)8, width=16, height=[ 1, 5 ]',
      { track: 'video', mediaType: 'video/x-raw', width: 16 },
    ],
    ['', { track: 'application', mediaType: '' }],
    ['application/x-onvif', { track: 'application', mediaType: 'application/x-onvif' }],
  ])('leaves out what %j does not say', (text, expected) => {
    expect(parseCaps(text)).toEqual({ text, ...expected });
  });
});

describe('scaledSize', () => {
  it.each([
    ['640x360', H264, 320, { width: 320, height: 180 }],
    ['odd heights', 'video/x-h264, width=(int)1920, height=(int)1080', 321, { width: 322, height: 182 }],
    [
      'wide pixels',
      'video/x-h264, width=(int)704, height=(int)576, pixel-aspect-ratio=(fraction)16/11',
      320,
      { width: 320, height: 180 },
    ],
    ['tall pictures', 'video/x-h264, width=(int)360, height=(int)640', 320, { width: 320, height: 568 }],
    ['a size that is not known', 'video/x-h264', 320, { width: 320, height: 180 }],
  ])('keeps the aspect ratio of %s', (_what, text, width, expected) => {
    expect(scaledSize(parseCaps(text), width)).toEqual(expected);
  });

  it('takes pixels for square when the stream says nothing', () => {
    expect(pixelAspect('video/x-h264, width=(int)4')).toBe(1);
  });
});

describe('pictureLayout', () => {
  it('pads rows to four bytes', () => {
    expect(pictureLayout({ width: 322, height: 182 }, 'i420')).toEqual({
      width: 322,
      height: 182,
      content: { left: 0, top: 0, width: 322, height: 182 },
      format: 'i420',
      strides: [324, 164, 164],
      offsets: [0, 324 * 182, 324 * 182 + 164 * 91],
      size: 324 * 182 + 2 * 164 * 91,
    });
    expect(pictureLayout({ width: 322, height: 182 }, 'rgb')).toEqual({
      width: 322,
      height: 182,
      content: { left: 0, top: 0, width: 322, height: 182 },
      format: 'rgb',
      strides: [968, 0, 0],
      offsets: [0, 0, 0],
      size: 968 * 182,
    });
  });
});
