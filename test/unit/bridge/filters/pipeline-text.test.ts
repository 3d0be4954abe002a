import { describe, expect, it } from 'vitest';
import { decoders, decodeText, ingestText, muxText, pictureCaps } from '../../../../bridge/filters/pipeline-text.js';

describe('pipeline texts', () => {
  it('name the codec and the lane', () => {
    expect(ingestText('h264', 7)).toMatch(
      /rtspsrc .*rtph264depay.*stream-format=byte-stream,alignment=au ! valve .*! gdppay ! fdsink fd=7/,
    );
    expect(ingestText('h265', 7)).toMatch(
      /encoding-name=H265.*rtph265depay ! h265parse .*video\/x-h265,stream-format=byte-stream,alignment=au/,
    );
    expect(decodeText(decoders.h264[0], 5, [false])).toMatch(/^fdsrc fd=5 .*avdec_h264 .*fdsink fd=5/);
    expect(muxText('h264', 9)).toMatch(
      /h264timestamper ! mp4mux .*fragment-mode=first-moov-then-finalise .*trak-timescale=90000 ! filesink/,
    );
  });

  it('have nothing that tells the bus of every late picture', () => {
    for (const decoder of [...decoders.h264, ...decoders.h265]) {
      expect(decodeText(decoder, 5, [true])).toMatch(/qos=false.*method=bilinear2 [^!]*qos=false/);
      expect(decodeText(decoder, 5, [true])).not.toContain('qos=true');
    }
    expect(decodeText(decoders.h264[0], 5, [false])).not.toContain('bilinear2');
  });

  it('have one branch, and nothing to join, for one picture', () => {
    expect(decodeText('dec', 5, [true])).toBe(
      'fdsrc fd=5 blocksize=65536 do-timestamp=false ! gdpdepay ! dec ' +
        '! videoconvertscale method=bilinear2 add-borders=false qos=false ! capsfilter name=size ! gdppay ' +
        '! fdsink fd=5 sync=false async=false',
    );
  });

  it('have one branch for each of several pictures, and no thread between them', () => {
    const text = decodeText('dec', 5, [true, false, true]);
    expect(text).toBe(
      'fdsrc fd=5 blocksize=65536 do-timestamp=false ! gdpdepay ! dec ! tee name=tee ' +
        'tee. ! videoconvertscale method=bilinear2 add-borders=false qos=false ! capsfilter name=size ! gdppay ! funnel. ' +
        'tee. ! videoconvertscale method=bilinear add-borders=false qos=false ! capsfilter name=size1 ! gdppay ! funnel. ' +
        'tee. ! videoconvertscale method=bilinear2 add-borders=false qos=false ! capsfilter name=size2 ! gdppay ! funnel. ' +
        'funnel name=funnel forward-sticky-events=false ! fdsink fd=5 sync=false async=false',
    );
    expect(text).not.toContain('queue');
  });

  it('name size and format of a picture in its caps', () => {
    expect(pictureCaps(320, 180, 'i420')).toBe('video/x-raw,format=I420,width=320,height=180,pixel-aspect-ratio=1/1');
    expect(pictureCaps(640, 360, 'rgb')).toBe('video/x-raw,format=RGB,width=640,height=360,pixel-aspect-ratio=1/1');
  });

  it('allow RTSP over TCP and HTTP only', () => {
    expect(ingestText('h264', 4)).toContain('protocols=tcp+http');
  });

  it.each([-1, 0, 2, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuse %d as a lane', (fd) => {
    expect(() => ingestText('h264', fd)).toThrow(RangeError);
    expect(() => muxText('h264', fd)).toThrow(RangeError);
    expect(() => decodeText('x', fd, [false])).toThrow(RangeError);
  });

  it('refuse sizes that are none', () => {
    expect(() => pictureCaps(0, 100, 'i420')).toThrow(RangeError);
    expect(() => pictureCaps(320, 1.5, 'rgb')).toThrow(RangeError);
  });
});
