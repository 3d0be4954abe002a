import { beforeEach, describe, expect, it } from 'vitest';
import { keyframesPolicy, parseDecodePolicy, strongestPolicy } from '../../../../engine/camera/decode-policy.js';
import { DecodeScheduler, type Watcher } from '../../../../engine/camera/decode-scheduler.js';
import { GopRing } from '../../../../engine/camera/gop-ring.js';
import { silentLogger } from '../../../../engine/core/log.js';
import { type MediaTime, seconds } from '../../../../engine/core/time.js';
import { EngineMetrics } from '../../../../engine/metrics/metrics.js';
import { FakeBridge, type FakeDecode, H264_CAPS, latest } from '../../../kit/fake-bridge.js';
import { FakeClock } from '../../../kit/fake-clock.js';
import { FakeMotionPool } from '../../../kit/fake-motion-pool.js';
import { FRAME } from '../../../kit/units.js';

class Rig {
  readonly clock = new FakeClock();
  readonly ring = new GopRing({ spanMicros: seconds(5) });
  readonly bridge = new FakeBridge();
  readonly pool = new FakeMotionPool();
  readonly metrics = new EngineMetrics({ clock: this.clock });
  readonly camera = this.metrics.camera('camera');
  readonly blind: Array<string | null> = [];
  #frame = 0;
  readonly scheduler = new DecodeScheduler({
    bridge: this.bridge,
    pool: this.pool,
    clock: this.clock,
    log: silentLogger(),
    ring: this.ring,
    capsOf: () => H264_CAPS,
    detectWidth: 320,
    blindAfter: seconds(5),
    metrics: this.camera,
    timings: this.metrics,
  });

  get decoder(): FakeDecode {
    return latest(this.bridge.decodes);
  }

  watch(policy: string): () => Promise<void> {
    const watcher: Watcher = {
      policy: parseDecodePolicy(policy),
      settings: { sensitivity: 'medium' },
      onVerdict: () => {},
      onBlind: (cause) => this.blind.push(cause),
    };
    return this.scheduler.watch(watcher);
  }

  /** Frames at 25 a second, a keyframe every `gop`. */
  stream(count: number, gop = 25, epoch = 1): void {
    for (let i = 0; i < count; i++) {
      this.clock.advance(FRAME / 1000);
      const now = this.clock.monotonic();
      const key = this.#frame++ % gop === 0;
      const unit = { pts: now, cadence: now, duration: FRAME, key, payload: new Uint8Array(8), epoch, arrival: now };
      this.scheduler.unit(this.ring.push(unit));
    }
  }

  judge(pts: number): void {
    for (const camera of this.pool.cameras) camera.verdict(pts);
  }
}

describe('DecodeScheduler', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });

  it('decodes nothing while nobody watches', () => {
    rig.stream(50);
    expect(rig.bridge.decodes).toEqual([]);
  });

  it('feeds every unit with fps and full, and lets the decoder thin for fps', () => {
    void rig.watch('fps:5');
    rig.stream(50);
    expect(rig.decoder.fed).toHaveLength(50);
    expect(rig.decoder.spec).toMatchObject({ pictures: [{ width: 320, format: 'i420' }], maxFps: 5 });
  });

  it('feeds keyframes alone with keyframes', () => {
    void rig.watch('keyframes');
    rig.stream(100);
    expect(rig.decoder.fed.map((unit) => unit.key)).toEqual([true, true, true, true]);
  });

  it('starts at the newest keyframe of the ring when somebody joins between keyframes', () => {
    rig.stream(60);
    void rig.watch('full');
    expect(rig.decoder.fed).toHaveLength(10);
    expect(rig.decoder.fed[0]?.key).toBe(true);
  });

  it('takes the strongest policy of all watchers, and the weaker one again when that is gone', async () => {
    void rig.watch('keyframes');
    const stop = rig.watch('full');
    rig.stream(1);
    expect(rig.scheduler.policy?.name).toBe('full');
    await stop();
    expect(rig.scheduler.policy?.name).toBe('keyframes');
  });

  it('skips to the next keyframe when the decoder is behind, and counts every unit left out', () => {
    void rig.watch('full');
    rig.stream(10);
    rig.decoder.accepts = false;
    rig.stream(1);
    rig.decoder.accepts = true;
    rig.stream(20);
    const fed = rig.decoder.fed;
    expect(fed).toHaveLength(10 + 6);
    expect(fed[10]?.key).toBe(true);
    expect(rig.camera.dropped('decoderBehind').value).toBe(1 + 14);
  });

  it('starts anew for a new epoch, at its keyframe', () => {
    void rig.watch('full');
    rig.stream(25);
    rig.stream(5, 25, 2);
    expect(rig.bridge.decodes).toHaveLength(2);
    expect(rig.bridge.decodes[0]?.over).toBe(true);
    expect(rig.decoder.fed).toHaveLength(5);
  });

  it('replaces a decoder that is lost and catches up from the last keyframe', () => {
    void rig.watch('full');
    rig.stream(30);
    rig.decoder.end({ kind: 'hostLost', message: 'killed' });
    rig.stream(10);
    expect(rig.bridge.decodes).toHaveLength(2);
    expect(rig.decoder.fed[0]?.key).toBe(true);
    expect(rig.decoder.fed.at(-1)?.pts).toBe(rig.ring.newest?.pts);
    expect(rig.camera.dropped('decoderLost').value).toBe(1);
  });

  it('counts pictures that the detector had no time for', () => {
    void rig.watch('full');
    rig.stream(2);
    latest(rig.pool.cameras).answer = 'replaced';
    rig.decoder.picture(rig.clock.monotonic());
    expect(rig.camera.dropped('detectorBusy').value).toBe(1);
  });

  it('says once that it is blind when no verdict comes while units do, and once that it sees again', () => {
    void rig.watch('fps:5');
    rig.stream(25 * 4);
    expect(rig.blind).toEqual([]);
    rig.stream(25 * 10);
    expect(rig.blind).toHaveLength(1);
    expect(rig.blind[0]).toMatch(/decoder/);
    rig.judge(rig.clock.monotonic());
    expect(rig.blind.at(-1)).toBeNull();
    expect(rig.blind).toHaveLength(2);
  });

  it('is blind when every decoder dies before its first picture, however often another is started', () => {
    void rig.watch('fps:5');
    for (let second = 0; second < 8; second++) {
      rig.stream(25);
      rig.decoder.end({ kind: 'hostLost', message: 'it died' });
    }
    expect(rig.bridge.decodes.length).toBeGreaterThan(2);
    expect(rig.blind).toEqual([expect.stringContaining('it died')]);
  });

  it('is blind, and does not fail, when the detector refuses the pictures', () => {
    void rig.watch('fps:5');
    latest(rig.pool.cameras).answer = new RangeError('pictures of 320x6 are not judged');
    for (let second = 0; second < 8; second++) {
      rig.stream(25);
      rig.decoder.picture(rig.decoder.fed.at(-1)?.pts ?? 0);
    }
    expect(rig.blind).toEqual([expect.stringContaining('320x6')]);
  });

  it('is not blind because the camera is away', () => {
    void rig.watch('fps:5');
    rig.stream(25);
    rig.judge(rig.clock.monotonic());
    rig.clock.advance(60_000);
    expect(rig.blind).toEqual([]);
  });

  it('has more patience with keyframes of a long GOP, up to a limit', () => {
    void rig.watch('keyframes');
    rig.stream(75 * 3, 75);
    rig.judge(rig.clock.monotonic());
    rig.stream(25 * 8, 75);
    expect(rig.blind).toEqual([]);
    rig.stream(25 * 8, 75);
    expect(rig.blind).toHaveLength(1);
  });
});

describe('decode policies', () => {
  it.each(['keyframes', 'full', 'fps:5', ' FPS:120 '])('%s is known', (text) => {
    expect(parseDecodePolicy(text).name).toBe(text.trim().toLowerCase());
  });

  it.each(['', 'fps:0', 'fps:121', 'fps:x', 'all', 'keyframe'])('%j is refused with what is allowed', (text) => {
    expect(() => parseDecodePolicy(text)).toThrow(/is not known/);
  });

  it('rank by what they show', () => {
    const policies = ['keyframes', 'fps:10', 'fps:5'].map(parseDecodePolicy);
    expect(strongestPolicy(policies)?.name).toBe('fps:10');
    expect(strongestPolicy([keyframesPolicy, parseDecodePolicy('full')])?.name).toBe('full');
    expect(strongestPolicy([])).toBeUndefined();
  });

  it('of keyframes want nothing else', () => {
    const unit = {
      pts: 0 as MediaTime,
      cadence: 0,
      duration: 0,
      key: false,
      payload: new Uint8Array(),
      index: 0,
      epoch: 1,
    };
    expect(keyframesPolicy.wants({ ...unit, arrival: 0 as MediaTime })).toBe(false);
  });
});
