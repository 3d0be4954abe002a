import { beforeEach, describe, expect, it } from 'vitest';
import type { Decode, DecodeHandlers, DecodeSpec, EncodedUnit, StreamCaps } from '../../../../bridge/types.js';
import { keyframesPolicy, parseDecodePolicy, strongestPolicy } from '../../../../engine/camera/decode-policy.js';
import { DecodeScheduler, type Watcher } from '../../../../engine/camera/decode-scheduler.js';
import { GopRing } from '../../../../engine/camera/gop-ring.js';
import { silentLogger } from '../../../../engine/core/log.js';
import { type MediaTime, seconds } from '../../../../engine/core/time.js';
import { EngineMetrics } from '../../../../engine/metrics/metrics.js';
import type { MotionCamera, Verdict } from '../../../../wasm/types.js';
import { FakeClock } from '../../../kit/fake-clock.js';

const CAPS: StreamCaps = { text: 'video/x-h264', mediaType: 'video/x-h264', width: 640, height: 360 };
const FRAME = 40_000;

/** A decoder that remembers what it was fed and lets the test say what comes out. */
class FakeDecoder implements Decode {
  readonly fed: EncodedUnit[] = [];
  accepts = true;
  stopped = false;
  backlogBytes = 0;
  constructor(
    readonly spec: DecodeSpec,
    readonly handlers: DecodeHandlers,
  ) {}
  feed(unit: EncodedUnit): boolean {
    if (this.accepts) this.fed.push(unit);
    return this.accepts;
  }
  stop(): Promise<void> {
    this.stopped = true;
    this.handlers.onEnd({ kind: 'stopped' });
    return Promise.resolve();
  }
  picture(pts: number): void {
    const data = new Uint8Array(16);
    this.handlers.onPlane({ pts, width: 2, height: 2, strides: [4, 4, 4], offsets: [0, 8, 12], data });
  }
}

class Rig {
  readonly clock = new FakeClock();
  readonly ring = new GopRing({ spanMicros: seconds(5) });
  readonly decoders: FakeDecoder[] = [];
  readonly verdictTo: Array<(verdict: Verdict) => void> = [];
  readonly metrics = new EngineMetrics({ clock: this.clock });
  readonly camera = this.metrics.camera('camera');
  readonly blind: Array<string | null> = [];
  submitResult: 'taken' | 'replaced' | 'refused' = 'taken';
  #frame = 0;
  readonly scheduler = new DecodeScheduler({
    bridge: {
      decode: (spec, handlers) => {
        const decoder = new FakeDecoder(spec, handlers);
        this.decoders.push(decoder);
        return decoder;
      },
    },
    pool: {
      attach: (_settings, { onVerdict }) => {
        this.verdictTo.push(onVerdict);
        const camera: MotionCamera = {
          submit: () => {
            if (this.submitResult === 'refused') throw new RangeError('pictures of 320x6 are not judged');
            return this.submitResult;
          },
          stats: { frames: 0, replaced: 0 },
          debugPicture: () => undefined,
          close: () => Promise.resolve(),
        };
        return camera;
      },
    },
    clock: this.clock,
    log: silentLogger(),
    ring: this.ring,
    capsOf: () => CAPS,
    detectWidth: 320,
    blindAfter: seconds(5),
    metrics: this.camera,
    timings: this.metrics,
  });

  get decoder(): FakeDecoder {
    const last = this.decoders.at(-1);
    if (!last) throw new Error('no decoder was started');
    return last;
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
    const verdict = { motion: false, score: 0, boxes: [], scene: [], detectMicros: 10, latencyMicros: 100 };
    for (const tell of this.verdictTo) tell({ ...verdict, pts });
  }
}

describe('DecodeScheduler', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });

  it('decodes nothing while nobody watches', () => {
    rig.stream(50);
    expect(rig.decoders).toEqual([]);
  });

  it('feeds every unit with fps and full, and lets the decoder thin for fps', () => {
    void rig.watch('fps:5');
    rig.stream(50);
    expect(rig.decoder.fed).toHaveLength(50);
    expect(rig.decoder.spec).toMatchObject({ width: 320, maxFps: 5 });
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
    expect(rig.decoders).toHaveLength(2);
    expect(rig.decoders[0]?.stopped).toBe(true);
    expect(rig.decoder.fed).toHaveLength(5);
  });

  it('replaces a decoder that is lost and catches up from the last keyframe', () => {
    void rig.watch('full');
    rig.stream(30);
    rig.decoder.handlers.onEnd({ kind: 'hostLost', message: 'killed' });
    rig.stream(10);
    expect(rig.decoders).toHaveLength(2);
    expect(rig.decoder.fed[0]?.key).toBe(true);
    expect(rig.decoder.fed.at(-1)?.pts).toBe(rig.ring.newest?.pts);
    expect(rig.camera.dropped('decoderLost').value).toBe(1);
  });

  it('counts pictures that the detector had no time for', () => {
    void rig.watch('full');
    rig.stream(2);
    rig.submitResult = 'replaced';
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
      if (!rig.decoder.stopped) rig.decoder.handlers.onEnd({ kind: 'hostLost', message: 'it died' });
      rig.decoder.stopped = true;
    }
    expect(rig.decoders.length).toBeGreaterThan(2);
    expect(rig.blind).toEqual([expect.stringContaining('it died')]);
  });

  it('is blind, and does not fail, when the detector refuses the pictures', () => {
    void rig.watch('fps:5');
    rig.submitResult = 'refused';
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
