import { describe, expect, it } from 'vitest';
import { parseCaps } from '../../../../bridge/filters/caps.js';
import { startDecode } from '../../../../bridge/filters/decode.js';
import type { PooledRun } from '../../../../bridge/hosts/pooled-host.js';
import type { FilterSpec } from '../../../../bridge/hosts/protocol.js';
import type { StartRun } from '../../../../bridge/hosts/start-run.js';
import type { EndReason, PictureSpec, StreamCaps } from '../../../../bridge/types.js';

const caps: StreamCaps = { ...parseCaps('video/x-h264'), width: 640, height: 360 };

/** What the host is asked for, and how the decoder ends at once if it does. */
const start = (pictures: PictureSpec[], of = caps) => {
  const asked: FilterSpec[] = [];
  const run = { lane: { write: () => true }, stop: () => {} } as unknown as PooledRun;
  let onEnd: (reason: EndReason) => void = () => {};
  const ended = new Promise<EndReason>((resolve) => {
    onEnd = resolve;
  });
  const onStart: StartRun = (filter) => {
    asked.push(filter);
    return run;
  };
  startDecode(onStart, { caps: of, pictures, maxFps: 0 }, { onPicture: () => {}, onEnd }, () => {});
  return { asked, ended };
};

describe('the pictures of a decoder', () => {
  it('are asked for with their sizes, formats and how much they shrink', () => {
    const { asked } = start([
      { width: 320, format: 'i420' },
      { width: 160, format: 'rgb' },
      { width: 300, height: 300, fit: 'pad', format: 'jpeg', quality: 70 },
    ]);
    expect(asked).toEqual([
      {
        role: 'decode',
        codec: 'h264',
        pictures: [
          { width: 320, height: 180, format: 'i420', borders: false, quality: 85, shrunk: false },
          { width: 160, height: 90, format: 'rgb', borders: false, quality: 85, shrunk: true },
          { width: 300, height: 300, format: 'jpeg', borders: true, quality: 70, shrunk: false },
        ],
      },
    ]);
  });

  it.each<[string, PictureSpec[]]>([
    ['none', []],
    ['five', [160, 320, 480, 640, 800].map((width) => ({ width, format: 'i420' as const }))],
    [
      'two alike',
      [
        { width: 160, format: 'rgb' },
        { width: 160, format: 'rgb' },
      ],
    ],
  ])('must not be %s', (_what, pictures) => {
    expect(() => start(pictures)).toThrow(RangeError);
  });

  it('end the decoder when they are larger than a lane carries', async () => {
    const tall = { ...caps, width: 360, height: 6400 };
    const { asked, ended } = start([{ width: 1920, format: 'rgb' }], tall);
    expect(await ended).toMatchObject({
      kind: 'error',
      code: 'unsupportedCaps',
      message: expect.stringContaining('1920x7680'),
    });
    expect(asked).toEqual([]);
  });
});
