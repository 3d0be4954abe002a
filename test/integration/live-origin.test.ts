import { describe, expect, it } from 'vitest';
import { pictureFragment, VideoTrack } from '../../engine/live/video-track.js';
import { TIMESCALE } from '../../engine/mp4/fragmented-movie.js';
import { originOf } from '../../page/media/live-origin.js';
import { encodeClip } from '../kit/encoded-clip.js';

describe('where a live view begins', () => {
  const { caps, units } = encodeClip({ frames: 2, gop: 2 });
  const key = units[0]!.payload;
  const track = VideoTrack.of('h264', caps, key)!;
  const at = (pts: number, dts = pts): Buffer =>
    Buffer.concat(pictureFragment({ sequence: 1, dts, pts, duration: 3600, key: true, bytes: track.stored(key) }));

  it.each([
    ['in whole ticks', 90_000 * 3600],
    ['between two milliseconds', 90_000 * 3600 + 7],
    ['at 0', 0],
  ])('is just before its first picture, %s', (_, pts) => {
    const place = pts / TIMESCALE - originOf(track.initialisation, at(pts));
    expect(place).toBeGreaterThan(0);
    expect(place).toBeLessThan(0.002);
  });

  it('is by when the picture is shown, not by when it is decoded', () => {
    expect(originOf(track.initialisation, at(900_000, 890_000))).toBeCloseTo(9.999, 6);
  });

  it('is 0 where the media does not say it', () => {
    expect(originOf(Buffer.alloc(20), at(900_000))).toBe(0);
    expect(originOf(track.initialisation, Buffer.alloc(0))).toBe(0);
  });
});
