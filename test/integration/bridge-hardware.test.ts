import { describe, expect, it, onTestFinished } from 'vitest';
import { openBridge } from '../../bridge/bridge.js';
import { probe } from '../../bridge/decoders/probe.js';
import { HardwareSessions } from '../../bridge/decoders/sessions.js';
import { MovingDecode } from '../../bridge/filters/moving-decode.js';
import type { DecoderFallback } from '../../bridge/types.js';
import { testBridge } from '../kit/bridge.js';
import { encodeClip, FRAME_MICROS } from '../kit/encoded-clip.js';
import { until } from '../kit/until.js';

const NONE = { nvdec: [], vaapi: [], v4l2: [] };

describe('the trial of hardware decoders', () => {
  it('takes a decoder that works for one, here the processor, with both codecs', async () => {
    const { bridge } = testBridge();
    const found = await probe({ ...NONE, vaapi: ['a node'] }, (spec, handlers) => bridge.decode(spec, handlers));
    expect(found).toEqual([
      { kind: 'vaapi', nodes: ['a node'], codecs: { h264: { works: true }, h265: { works: true } } },
    ]);
  });

  it('finds that a device which decodes nothing does not work, and its cameras are decoded all the same', async () => {
    const fallbacks: DecoderFallback[] = [];
    const bridge = openBridge(
      { hardware: { use: 'auto' }, onFallback: (each) => fallbacks.push(each) },
      { nodes: () => ({ ...NONE, v4l2: ['/dev/null', '/dev/full'] }) },
    );
    onTestFinished(() => bridge.close());
    const clip = encodeClip({ frames: 20, width: 960, height: 540, gop: 10 });
    const times: number[] = [];
    const decode = bridge.decode(
      { owner: 'camera', caps: clip.caps, pictures: [{ width: 160, format: 'i420' }], maxFps: 0 },
      { onPicture: ({ pts }) => times.push(pts), onEnd: () => {} },
    );
    for (const unit of clip.units) decode.feed(unit);
    await until('all pictures', () => times.length === 20);
    const [found] = await bridge.hardware();
    expect(found).toMatchObject({
      kind: 'v4l2',
      codecs: {
        h264: { works: false, why: expect.stringContaining('v4l2slh264dec') },
        h265: { works: false, why: expect.stringContaining('v4l2slh265dec') },
      },
    });
    expect(bridge.stats().map(({ id, decoding }) => [id, decoding])).toEqual([
      ['decode-0', { software: 1 }],
      ['decode-hardware-0', expect.anything()],
    ]);
    await decode.stop();
    expect(fallbacks).toEqual([]);
  });
});

describe('a stream that moves to another decoder', () => {
  it('misses no picture and shows none twice', async () => {
    const { bridge } = testBridge();
    const clip = encodeClip({ frames: 50, gop: 10, bframes: 2 });
    const sessions = new HardwareSessions({ most: 1, now: () => 0, onFallback: () => {} });
    const started: (string | undefined)[] = [];
    const times: number[] = [];
    const decode = new MovingDecode(
      (spec, handlers, kind) => {
        started.push(kind);
        return bridge.decode(spec, handlers);
      },
      { owner: 'camera', caps: clip.caps, pictures: [{ width: 160, format: 'i420' }], maxFps: 0 },
      { onPicture: ({ pts }) => times.push(pts), onEnd: () => {} },
      // From the third keyframe on.
      { take: () => (times.length > 15 ? sessions.take('camera', 'vaapi') : undefined) },
    );
    for (const [index, unit] of clip.units.entries()) {
      decode.feed(unit);
      await until('the pictures before', () => times.length >= index - 3);
    }
    await until('the last pictures', () => times.length >= 47);
    expect(started).toEqual([undefined, 'vaapi']);
    expect(bridge.stats().map(({ decoding }) => decoding)).toEqual([{ software: 1 }]);
    const base = times[0] ?? 0;
    expect(times).toEqual(times.map((_, n) => base + n * FRAME_MICROS));
    await decode.stop();
  });
});
