import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseCaps } from '../../bridge/filters/caps.js';
import type { MuxUnit } from '../../bridge/types.js';
import { repairMp4 } from '../../engine/recording/mp4-repair.js';
import { testBridge } from '../kit/bridge.js';
import { encodeClip, FRAME_MICROS } from '../kit/encoded-clip.js';
import { judgeClip } from '../kit/judge-clip.js';
import { secondsOnDisk } from '../kit/media-waits.js';
import { beepAt, isLit } from '../kit/sound/beeps.js';
import { judgeSound, offsets } from '../kit/sound/judge.js';
import { tempDir } from '../kit/temp-dir.js';

const SECONDS = 60;
const SOUND_FRAME = 20_000;
const VIDEO = 'a picture that is lit when there is a beep';

/** Two pictures, dark and lit, that make a clip of any length. */
const pictures = () => {
  const { caps, units } = encodeClip({ frames: 48, gop: 1 });
  return { caps, dark: units[0]!, lit: units[47]! };
};

const rates: [string, { rate: number; caps: string }][] = [
  ['as it should be', { rate: 8000, caps: '8000' }],
  ['whose samples are 0.3 % too many', { rate: 8024, caps: '8000' }],
  ['whose samples are 0.3 % too few', { rate: 7976, caps: '8000' }],
];

it.each(rates)(`keeps sound ${'%s'} in time with ${VIDEO}`, async (_name, { rate, caps }) => {
  const { bridge } = testBridge();
  const path = join(tempDir(), 'clip.mp4');
  const { caps: video, dark, lit } = pictures();
  const audio = parseCaps(
    `audio/x-raw, format=(string)S16BE, layout=(string)interleaved, rate=(int)${caps}, channels=(int)1`,
  );
  const mux = bridge.mux({ tracks: [video, audio], path });
  let sample = 0;
  for (let at = 0; at < SECONDS * 1_000_000; at += SOUND_FRAME) {
    if (at % FRAME_MICROS === 0) {
      const { payload } = isLit(at / FRAME_MICROS) ? lit : dark;
      mux.write({ track: 'video', pts: at, duration: FRAME_MICROS, key: true, payload });
    }
    const count = Math.floor(((at + SOUND_FRAME) * rate) / 1_000_000) - sample;
    const payload = Buffer.alloc(2 * count);
    for (let n = 0; n < count; n++) payload.writeInt16BE(Math.round(32_000 * beepAt((sample + n) / rate)), 2 * n);
    mux.write({ track: 'audio', pts: at, duration: SOUND_FRAME, key: true, payload } satisfies MuxUnit);
    sample += count;
  }
  expect(await mux.finish()).toMatchObject({ ok: true });
  expect((await judgeClip(path)).complaints).toBe('');
  const sound = await judgeSound(path);
  if (process.env['SLUICE_TEST_LOG'])
    console.log(sound.seconds, Math.max(...offsets(sound).map(Math.abs)), sound.beeps.length, sound.complaints);
  expect(sound).toMatchObject({ codecs: ['aac'], complaints: '' });
  expect(sound.seconds).toBeCloseTo(SECONDS, 1);
  expect(sound.beeps.length).toBeGreaterThan(55);
  expect(Math.max(...offsets(sound).map(Math.abs))).toBeLessThan(0.02);
});

const ALAW = parseCaps('audio/x-alaw, rate=(int)8000, channels=(int)1');

it('leaves the pictures of a clip whose sound never came, also if its host dies', async () => {
  const { bridge } = testBridge();
  const clip = encodeClip({ frames: 75, picture: 'test' });
  const folder = tempDir();
  const [whole, cut] = ['whole', 'cut'].map((name) => join(folder, `${name}.mp4`)) as [string, string];
  const write = (path: string) => {
    const mux = bridge.mux({ tracks: [clip.caps, ALAW], path });
    for (const unit of clip.units) mux.write(unit);
    mux.endTrack('audio');
    return mux;
  };
  expect(await write(whole).finish()).toMatchObject({ ok: true });
  expect(await judgeClip(whole)).toMatchObject({ frames: 75, complaints: '' });
  expect(await judgeSound(whole)).toMatchObject({ codecs: [] });
  const dies = write(cut);
  await secondsOnDisk(cut, 2);
  for (const { pid } of bridge.stats()) process.kill(pid!, 'SIGKILL');
  await dies.finish();
  repairMp4(cut);
  const facts = await judgeClip(cut);
  expect(facts.complaints).toBe('');
  expect(facts.frames).toBeGreaterThanOrEqual(49);
});

it('fails with sound of which nothing can be made, and not as if the disk were at fault', async () => {
  const { bridge } = testBridge();
  const clip = encodeClip({ frames: 75, picture: 'test' });
  const path = join(tempDir(), 'clip.mp4');
  const mux = bridge.mux({ tracks: [clip.caps, parseCaps('audio/mpeg, mpegversion=(int)1')], path });
  // What looks like a frame of MPEG audio at its beginning, and no further.
  const nonsense = Buffer.alloc(400, 0x55);
  nonsense.set([0xff, 0xfd, 0x84, 0x04]);
  for (const unit of clip.units) {
    mux.write(unit);
    mux.write({ ...unit, track: 'audio', payload: nonsense });
  }
  const result = await mux.finish();
  expect(result).toMatchObject({ ok: false, reason: { kind: 'error' } });
  expect(result).not.toMatchObject({ reason: { failure: 'file' } });
  if (process.env['SLUICE_TEST_LOG']) console.log(result);
});
