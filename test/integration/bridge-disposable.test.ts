import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { Disposable } from '../../bridge/codec/disposable.js';
import { DecoderClock } from '../../bridge/filters/decoder-clock.js';
import type { NalCodec } from '../../bridge/types.js';
import { testBridge } from '../kit/bridge.js';
import { type EncodedClip, encodeClip } from '../kit/encoded-clip.js';
import { until } from '../kit/until.js';

/** What each picture is, by its time, if at most so many a second are shown. */
const decoded = async ({ caps, units }: EncodedClip, maxFps: number): Promise<Map<number, string>> => {
  const { bridge } = testBridge();
  const pictures = new Map<number, string>();
  const decode = bridge.decode(
    { caps, pictures: [{ format: 'i420' }], maxFps },
    { onPicture: ({ pts, data }) => pictures.set(pts, createHash('md5').update(data).digest('hex')), onEnd: () => {} },
  );
  const clock = new DecoderClock(maxFps);
  const shown = units.filter((unit) => clock.next(unit.pts ?? 0, unit.key).shown);
  for (const unit of units) decode.feed(unit);
  // The last are held back by the decoder, which waits for what comes between them.
  await until('the pictures', () => pictures.size >= shown.length - 4);
  await decode.stop();
  return pictures;
};

it.each<[NalCodec, number]>([
  ['h264', 1],
  ['h264', 3],
  ['h265', 2],
])('pictures of %s with %i B-frames are the same without those that no other refers to', async (codec, bframes) => {
  const clip = encodeClip({ frames: 100, gop: 100, bframes, codec, picture: 'test' });
  const disposable = new Disposable(codec);
  for (const { key, payload } of clip.units) if (key) disposable.key(payload);
  const left = clip.units.filter(({ key, payload }) => key || !disposable.has(payload));
  expect(left.length).toBeLessThan(70);
  const whole = await decoded(clip, 0);
  const thinned = await decoded(clip, 5);
  expect(thinned.size).toBeGreaterThan(12);
  for (const [pts, hash] of thinned) expect([pts, hash]).toEqual([pts, whole.get(pts)]);
});
