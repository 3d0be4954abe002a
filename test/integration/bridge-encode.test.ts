import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aacFormat, parseCaps } from '../../bridge/filters/caps.js';
import { encodedCaps } from '../../bridge/filters/encoded-caps.js';
import type { Bridge, Encode, EncodedUnit, EndReason, StreamCaps } from '../../bridge/types.js';
import { testBridge } from '../kit/bridge.js';
import { encodeClip, FRAME_MICROS } from '../kit/encoded-clip.js';
import { interleaved } from '../kit/encoded-sound.js';
import { judgeClip } from '../kit/judge-clip.js';
import { muxesOn } from '../kit/muxes-on.js';
import { beepAt, isLit } from '../kit/sound/beeps.js';
import { judgeSound, offsets } from '../kit/sound/judge.js';
import { tempDir } from '../kit/temp-dir.js';
import { until } from '../kit/until.js';

const SECONDS = 60;
const SOUND_FRAME = 20_000;
const ALAW = parseCaps('audio/x-alaw, rate=(int)8000, channels=(int)1');

interface Recorded {
  encode: Encode;
  caps: StreamCaps[];
  units: EncodedUnit[];
  ends: EndReason[];
}

const encoder = (bridge: Bridge, caps: StreamCaps): Recorded => {
  const [found, units, ends]: [StreamCaps[], EncodedUnit[], EndReason[]] = [[], [], []];
  const encode = bridge.encode(
    { caps, owner: 'camera' },
    {
      onCaps: (each) => found.push(each),
      onUnit: (unit) => units.push({ ...unit, payload: Uint8Array.from(unit.payload) }),
      onEnd: (reason) => ends.push(reason),
    },
  );
  return { encode, caps: found, units, ends };
};

/** Silence. */
const alaw = (encode: Encode, from: number, seconds: number): void => {
  for (let at = from; at < from + seconds * 1_000_000; at += SOUND_FRAME) {
    encode.feed({ pts: at, duration: SOUND_FRAME, key: true, payload: Buffer.alloc(160, 0xd5) });
  }
};

/** Two pictures, dark and lit, that make a clip of any length. */
const pictures = () => {
  const { caps, units } = encodeClip({ frames: 48, gop: 1 });
  return { caps, dark: units[0]!, lit: units[47]! };
};

describe('encoded sound', () => {
  const rates: [string, { rate: number; caps: string }][] = [
    ['as it should be', { rate: 8000, caps: '8000' }],
    ['whose samples are 0.3 % too many', { rate: 8024, caps: '8000' }],
    ['whose samples are 0.3 % too few', { rate: 7976, caps: '8000' }],
  ];

  it.each(rates)('%s stays in time with a picture that is lit when there is a beep', async (_name, { rate, caps }) => {
    const { bridge } = testBridge();
    const { encode, units, ...heard } = encoder(
      bridge,
      parseCaps(`audio/x-raw, format=(string)S16BE, layout=(string)interleaved, rate=(int)${caps}, channels=(int)1`),
    );
    let sample = 0;
    for (let at = 0; at < SECONDS * 1_000_000; at += SOUND_FRAME) {
      const count = Math.floor(((at + SOUND_FRAME) * rate) / 1_000_000) - sample;
      const payload = Buffer.alloc(2 * count);
      for (let n = 0; n < count; n++) payload.writeInt16BE(Math.round(32_000 * beepAt((sample + n) / rate)), 2 * n);
      encode.feed({ pts: at, duration: SOUND_FRAME, key: true, payload });
      sample += count;
    }
    await encode.finish();
    expect(heard.ends).toEqual([{ kind: 'eos' }]);
    expect(heard.caps.map((each) => aacFormat(each)?.rate)).toEqual([48_000]);

    const { caps: video, dark, lit } = pictures();
    for (const segment of [undefined, true] as const) {
      const path = join(tempDir(), 'clip.mp4');
      const mux = muxesOn(bridge).mux({
        ...{ tracks: [video, heard.caps[0]!], path, taken: 0 },
        ...(segment ? { segment } : {}),
      });
      const seen = Array.from({ length: (SECONDS * 1_000_000) / FRAME_MICROS }, (_, n) => ({
        ...(isLit(n) ? lit : dark),
        ...{ pts: n * FRAME_MICROS, duration: FRAME_MICROS },
      }));
      for (const unit of interleaved(seen, units)) mux.write(unit);
      expect(await mux.finish()).toMatchObject({ ok: true });
      expect((await judgeClip(path)).complaints).toBe('');
      const sound = await judgeSound(path);
      expect(sound).toMatchObject({ codecs: ['aac'], complaints: '' });
      expect(Math.abs(sound.seconds - SECONDS)).toBeLessThan(0.1);
      expect(sound.beeps.length).toBeGreaterThan(55);
      expect(Math.max(...offsets(sound).map(Math.abs))).toBeLessThan(0.02);
    }
  });

  it('follows on without a gap, from where it begins', async () => {
    const { bridge } = testBridge();
    const { encode, units, caps } = encoder(bridge, ALAW);
    alaw(encode, 5_000_000, 3);
    await encode.finish();
    expect(caps).toHaveLength(1);
    const [given, foretold] = [aacFormat(caps[0]!)!, aacFormat(encodedCaps(ALAW)!)!];
    expect([given.rate, given.channels]).toEqual([foretold.rate, foretold.channels]);
    expect(given.config.subarray(0, 2)).toEqual(foretold.config);
    // One frame in front is the encoder's own.
    expect(Math.abs(units[0]!.pts! - 5_000_000)).toBeLessThanOrEqual(64_000);
    for (const [n, unit] of units.entries()) {
      expect(unit).toMatchObject({ track: 'audio', key: true });
      if (n > 0) expect(Math.abs(unit.pts! - units[n - 1]!.pts! - 64_000)).toBeLessThan(100);
    }
    const end = units.at(-1)!.pts! + units.at(-1)!.duration!;
    expect(end).toBeGreaterThanOrEqual(7_999_000);
    expect(end).toBeLessThan(8_150_000);
  });

  it('comes out soon while more is fed, and fills a small gap with silence', async () => {
    const { bridge } = testBridge();
    const { encode, units } = encoder(bridge, ALAW);
    alaw(encode, 0, 1);
    await until('it comes out', () => units.length >= 12);
    alaw(encode, 1_500_000, 1);
    await encode.finish();
    expect(units.length).toBeGreaterThanOrEqual(Math.floor(2.5 / 0.064) - 1);
  });

  it('ends with its host, and with nothing that anybody could make anything of', async () => {
    const { bridge } = testBridge();
    const killed = encoder(bridge, ALAW);
    alaw(killed.encode, 0, 1);
    await until('some comes out', () => killed.units.length > 0);
    for (const { pid } of bridge.stats()) process.kill(pid!, 'SIGKILL');
    await until('the end is told', () => killed.ends.length > 0);
    expect(killed.ends).toMatchObject([{ kind: 'hostLost' }]);
    expect(killed.encode.backlogBytes).toBe(0);
    await killed.encode.finish();

    const none = encoder(bridge, parseCaps('audio/x-unheard-of'));
    await none.encode.stop();
    expect(none.ends).toMatchObject([{ kind: 'error', failure: 'format', code: 'unsupportedCaps' }]);

    const nonsense = encoder(bridge, parseCaps('audio/mpeg, mpegversion=(int)1'));
    // What looks like a frame of MPEG audio at its beginning, and no further.
    const payload = Buffer.alloc(400, 0x55);
    payload.set([0xff, 0xfd, 0x84, 0x04]);
    for (let at = 0; at < 3_000_000; at += 24_000) nonsense.encode.feed({ pts: at, duration: 0, key: true, payload });
    await nonsense.encode.finish();
    expect(nonsense.ends).toHaveLength(1);
    expect(nonsense.units).toEqual([]);
  });
});
