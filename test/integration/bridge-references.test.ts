import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { References } from '../../bridge/codec/references.js';
import { DecoderClock } from '../../bridge/filters/decoder-clock.js';
import type { NalCodec } from '../../bridge/types.js';
import { testBridge } from '../kit/bridge.js';
import { type EncodedClip, encodeClip, FRAME_MICROS } from '../kit/encoded-clip.js';
import { until } from '../kit/until.js';

/** The decoder holds the last pictures back, and waits for what comes between them. */
const SURE = 80 * FRAME_MICROS;

/** What each picture is, by its time, if at most so many a second are shown. */
const decoded = async ({ caps, units }: EncodedClip, maxFps: number): Promise<Map<number, string>> => {
  const { bridge } = testBridge();
  const pictures = new Map<number, string>();
  const decode = bridge.decode(
    { caps, pictures: [{ format: 'i420' }], maxFps },
    { onPicture: ({ pts, data }) => pictures.set(pts, createHash('md5').update(data).digest('hex')), onEnd: () => {} },
  );
  const clock = new DecoderClock(maxFps);
  const sure = units.flatMap(({ pts, key }) =>
    clock.next(pts ?? 0, key).shown && (pts ?? 0) < SURE ? [pts ?? 0] : [],
  );
  for (const unit of units) decode.feed(unit);
  await until('every picture that is shown', () => sure.every((pts) => pictures.has(pts)));
  await decode.stop();
  return new Map([...pictures].filter(([pts]) => pts < SURE));
};

it.each<[NalCodec, number]>([
  ['h264', 1],
  ['h264', 3],
  ['h265', 2],
  ['h265', 3],
])('pictures of %s with %i B-frames are the same without those that no other refers to', async (codec, bframes) => {
  const clip = encodeClip({ frames: 100, gop: 50, bframes, codec, picture: 'test' });
  const references = new References(codec);
  for (const { key, payload } of clip.units) if (key) references.key(payload);
  const left = clip.units.filter(({ key, payload }) => key || !references.needNot(payload));
  expect(left.length).toBeLessThan(70);
  const whole = await decoded(clip, 0);
  const thinned = await decoded(clip, 5);
  expect(thinned.size).toBeGreaterThan(12);
  for (const [pts, hash] of thinned) expect([pts, hash]).toEqual([pts, whole.get(pts)]);
});
