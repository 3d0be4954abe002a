import { describe, expect, it } from 'vitest';
import { SOUND_KINDS } from '../../../../bridge/filters/encoded-kind.js';
import {
  type BranchShape,
  decoders,
  decodeText,
  encodeText,
  ingestText,
  pictureCaps,
} from '../../../../bridge/filters/pipeline-text.js';

/** Branches of pixels without borders. */
const branches = (...shrunk: boolean[]): BranchShape[] =>
  shrunk.map((each) => ({ shrunk: each, borders: false, format: 'i420' }));

describe('pipeline texts', () => {
  it('name the codec and the lane', () => {
    expect(ingestText('h264', 7)).toMatch(
      /^appsrc name=src .* ! rtph264depay ! video\/x-h264,stream-format=byte-stream,alignment=nal ! gdppay ! fdsink fd=7/,
    );
    expect(ingestText('h265', 7)).toMatch(
      /^appsrc name=src .* ! rtph265depay ! video\/x-h265,stream-format=byte-stream,alignment=nal ! /,
    );
    expect(decodeText(decoders.h264[0], 5, branches(false))).toMatch(/^fdsrc fd=5 .*avdec_h264 .*fdsink fd=5/);
    expect(encodeText('mjpeg', 9)).toMatch(
      /^fdsrc fd=9 .* ! jpegdec .* ! x264enc .* ! video\/x-h264,stream-format=byte-stream,alignment=au ! gdppay ! fdsink fd=9 /,
    );
  });

  it('have nothing that tells the bus of every late picture', () => {
    for (const decoder of [...decoders.h264, ...decoders.h265]) {
      expect(decodeText(decoder, 5, branches(true))).toMatch(/qos=false.*method=bilinear2 [^!]*qos=false/);
      expect(decodeText(decoder, 5, branches(true))).not.toContain('qos=true');
    }
    expect(decodeText(decoders.h264[0], 5, branches(false))).not.toContain('bilinear2');
  });

  it('have one branch, and nothing to join, for one picture', () => {
    expect(decodeText('dec', 5, branches(true))).toBe(
      'fdsrc fd=5 blocksize=65536 do-timestamp=false ! gdpdepay ! dec ' +
        '! videoconvertscale method=bilinear2 add-borders=false qos=false ! capsfilter name=size ! gdppay ' +
        '! fdsink fd=5 sync=false async=false',
    );
  });

  it('have one branch for each of several pictures, and no thread between them', () => {
    const text = decodeText('dec', 5, branches(true, false, true));
    expect(text).toBe(
      'fdsrc fd=5 blocksize=65536 do-timestamp=false ! gdpdepay ! dec ! tee name=tee ' +
        'tee. ! videoconvertscale method=bilinear2 add-borders=false qos=false ! capsfilter name=size ! gdppay ! funnel. ' +
        'tee. ! videoconvertscale method=bilinear add-borders=false qos=false ! capsfilter name=size1 ! gdppay ! funnel. ' +
        'tee. ! videoconvertscale method=bilinear2 add-borders=false qos=false ! capsfilter name=size2 ! gdppay ! funnel. ' +
        'funnel name=funnel forward-sticky-events=false ! fdsink fd=5 sync=false async=false',
    );
    expect(text).not.toContain('queue');
  });

  it('make files of pictures in their branches, with borders where they are asked for', () => {
    const shapes = (['jpeg', 'png', 'bmp'] as const).map((format) => ({ format, shrunk: false, borders: true }));
    const text = decodeText('dec', 5, shapes);
    expect(text.match(/add-borders=true/g)).toHaveLength(3);
    expect(text).toMatch(/capsfilter name=size ! .* ! jpegenc name=encoder0 ! gdppay ! funnel/);
    expect(text).toMatch(/capsfilter name=size1 ! pngenc name=encoder1 [^!]*! gdppay ! funnel/);
    expect(text).toMatch(/capsfilter name=size2 ! videoflip method=vertical-flip ! gdppay ! funnel/);
  });

  it('name size and format of a picture in its caps', () => {
    expect(pictureCaps(320, 180, 'i420')).toBe('video/x-raw,format=I420,width=320,height=180,pixel-aspect-ratio=1/1');
    expect(pictureCaps(640, 360, 'rgb')).toBe('video/x-raw,format=RGB,width=640,height=360,pixel-aspect-ratio=1/1');
    expect(pictureCaps(8, 9, 'rgb565')).toBe('video/x-raw,format=RGB16,width=8,height=9,pixel-aspect-ratio=1/1');
    expect(pictureCaps(8, 9, 'bmp')).toBe('video/x-raw,format=BGR,width=8,height=9,pixel-aspect-ratio=1/1');
  });

  it('make AAC of sound that is none, and let damaged frames pass', () => {
    for (const kind of SOUND_KINDS) {
      const text = encodeText(kind, 9);
      if (kind !== 'linear') expect(text).toMatch(/dec\S* max-errors=-1 ! audioconvert/);
      expect(text).toMatch(
        /! audioconvert ! audiorate \S+ tolerance=\d+ ! audioresample ! audio\/x-raw,rate=\d+\S* ! avenc_aac .* ! aacparse /,
      );
    }
  });

  it('have no network in them', () => {
    expect(ingestText('h264', 4)).not.toMatch(/rtspsrc|udpsrc|tcp/);
  });

  it.each([-1, 0, 2, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuse %d as a lane', (fd) => {
    expect(() => ingestText('h264', fd)).toThrow(RangeError);
    expect(() => encodeText('alaw', fd)).toThrow(RangeError);
    expect(() => decodeText('x', fd, branches(false))).toThrow(RangeError);
  });

  it('refuse sizes that are none', () => {
    expect(() => pictureCaps(0, 100, 'i420')).toThrow(RangeError);
    expect(() => pictureCaps(320, 1.5, 'rgb')).toThrow(RangeError);
  });
});
