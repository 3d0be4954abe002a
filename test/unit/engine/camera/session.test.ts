import { describe, expect, it } from 'vitest';
import { ConnectionGovernor } from '../../../../engine/camera/governor.js';
import { DEFAULT_PATIENCE } from '../../../../engine/camera/patience.js';
import { CameraSession } from '../../../../engine/camera/session.js';
import type { SessionListener, SessionNotice } from '../../../../engine/camera/session-listener.js';
import type { AccessUnit } from '../../../../engine/camera/types.js';
import { parseDecodePolicy } from '../../../../engine/core/decode-policy.js';
import { silentLogger } from '../../../../engine/core/log.js';
import { seconds } from '../../../../engine/core/time.js';
import { EngineMetrics } from '../../../../engine/metrics/metrics.js';
import { AAC, FakeBridge, type FakeIngest, H264_CAPS, latest } from '../../../kit/fake-bridge.js';
import { FakeCamera } from '../../../kit/fake-camera.js';
import { FakeClock, settle } from '../../../kit/fake-clock.js';
import type { H264Options } from '../../../kit/units.js';

const ALAW = { track: 'audio', text: 'audio/x-alaw', mediaType: 'audio/x-alaw' } as const;
const OTHER_CAPS = { ...H264_CAPS, text: H264_CAPS.text.replace('640', '480'), width: 480 };

/** Remembers what a session tells. */
class Listener implements SessionListener {
  readonly units: AccessUnit[] = [];
  readonly sdps: string[] = [];
  readonly failures: Array<{ code: string; wasStreaming: boolean }> = [];
  readonly notices: SessionNotice[] = [];
  onUnit = (unit: AccessUnit): void => void this.units.push(unit);
  onEstablished = (sdp: string): void => void this.sdps.push(sdp);
  onNotice = (notice: SessionNotice): void => void this.notices.push(notice);
  onFailure: NonNullable<SessionListener['onFailure']> = ({ code }, wasStreaming) => {
    this.failures.push({ code, wasStreaming });
  };
}

/** A session with a camera that sends what the test tells it to. */
class Rig {
  readonly clock = new FakeClock();
  readonly bridge = new FakeBridge();
  readonly metrics = new EngineMetrics({ clock: this.clock });
  readonly camera = this.metrics.camera('rtsp://camera/1');
  readonly listener = new Listener();
  readonly session: CameraSession;
  readonly #camera = new FakeCamera(this.bridge, this.clock);

  constructor(ringBytes = 2 ** 20) {
    this.session = new CameraSession(
      {
        key: 'camera',
        owner: 'a camera',
        label: 'rtsp://camera/1',
        spec: { url: 'rtsp://camera/1', transport: 'tcp' },
      },
      {
        bridge: this.bridge,
        governor: new ConnectionGovernor({ clock: this.clock, perSecond: 100 }),
        clock: this.clock,
        log: silentLogger(),
        patience: DEFAULT_PATIENCE,
        path: 'gstreamer',
        blindAfter: seconds(5),
        ringBytes,
        metrics: this.camera,
        timings: this.metrics,
      },
    );
    this.session.attach(this.listener, 0);
    this.session.start();
  }

  /** As `new Rig`, connected and with the caps told. */
  static async connected(ringBytes?: number): Promise<Rig> {
    const rig = new Rig(ringBytes);
    await rig.connected();
    return rig;
  }

  get ingest(): FakeIngest {
    return this.#camera.ingest;
  }

  /** See `FakeCamera.connected`. */
  connected(): Promise<void> {
    return this.#camera.connected();
  }

  /** See `FakeCamera.send`. */
  send(...args: Parameters<FakeCamera['send']>): void {
    this.#camera.send(...args);
  }

  get epochs(): number[] {
    return [...new Set(this.listener.units.map(({ epoch }) => epoch))];
  }

  noticed(kind: SessionNotice['kind']): SessionNotice[] {
    return this.listener.notices.filter((notice) => notice.kind === kind);
  }
}

describe('CameraSession', () => {
  it('is established by the first unit, and keeps and hands on every unit from a keyframe on', async () => {
    const rig = await Rig.connected();
    expect([rig.session.sdp, rig.session.state === 'streaming']).toEqual([null, false]);
    rig.send(24, { from: 1 });
    expect([rig.session.sdp, rig.session.state === 'streaming']).toEqual(['v=0', true]);
    expect(rig.camera.dropped('beforeKeyframe').value).toBe(24);
    expect(rig.session.ring.length).toBe(0);
    rig.send(10);
    expect(rig.listener.units.map(({ key }) => key)).toEqual([true, ...Array(9).fill(false)]);
    expect(rig.epochs).toEqual([1]);
    expect(rig.session.capsOf(1)).toEqual(H264_CAPS);
    expect(rig.session.ring.newest).toBe(rig.listener.units.at(-1));
    expect(rig.camera.units.value).toBe(34);
    expect(rig.listener.sdps).toEqual(['v=0']);
    await rig.session.close();
  });

  it('counts pictures that could not be used', async () => {
    const rig = await Rig.connected();
    rig.ingest.stray();
    expect(rig.camera.dropped('noPicture').value).toBe(1);
    await rig.session.close();
  });

  it('tells of a loss at once, and of what comes soon after it together', async () => {
    const rig = await Rig.connected();
    const loss = (packets: number) => ({ packets, spans: 1, micros: 40_000, garbageBytes: 0, overflow: 1 });
    for (const packets of [1, 2, 3]) rig.ingest.loss(loss(packets));
    expect(rig.noticed('loss')).toEqual([{ kind: 'loss', loss: loss(1) }]);
    await rig.clock.run(10_500);
    expect(rig.noticed('loss').slice(1)).toEqual([
      { kind: 'loss', loss: { packets: 5, spans: 2, micros: 80_000, garbageBytes: 0, overflow: 2 } },
    ]);
    await rig.clock.run(10_500);
    rig.ingest.loss(loss(4));
    expect(rig.noticed('loss')).toHaveLength(3);
    await rig.session.close();
  });

  describe('begins another epoch', () => {
    it('at the next keyframe when the format changes', async () => {
      const rig = await Rig.connected();
      rig.session.attach({}, seconds(10));
      rig.send(55);
      rig.ingest.caps(OTHER_CAPS);
      rig.send(25);
      expect(rig.epochs).toEqual([1, 2]);
      // The keyframe is number 75: what came between the caps and it is of no use to anybody.
      expect(rig.camera.dropped('beforeKeyframe').value).toBe(20);
      expect(rig.listener.units.find(({ epoch }) => epoch === 2)?.key).toBe(true);
      expect(rig.session.capsOf(2)).toEqual(OTHER_CAPS);
      await rig.session.close();
    });

    it('also where the new format reads like the one before: its parameter sets are others', async () => {
      const rig = await Rig.connected();
      rig.send(25);
      rig.ingest.caps();
      rig.send(25);
      expect(rig.epochs).toEqual([1, 2]);
      expect(rig.listener.units).toHaveLength(50);
      expect(rig.session.capsOf(2)).toEqual(H264_CAPS);
      await rig.session.close();
    });

    it('and remembers the caps of an earlier one for as long as the ring holds something of it', async () => {
      const rig = await Rig.connected();
      rig.session.attach({}, seconds(2));
      rig.send(25);
      rig.ingest.caps();
      rig.send(25);
      expect(rig.session.capsOf(1)).toEqual(H264_CAPS);
      rig.send(100);
      rig.ingest.caps();
      rig.send(25);
      expect(rig.session.ring.oldest?.epoch).toBe(2);
      expect(rig.session.capsOf(1)).toBeUndefined();
      expect(rig.session.capsOf(2)).toEqual(H264_CAPS);
      await rig.session.close();
    });
  });

  it('connects again after a loss: a new epoch from a keyframe on, in media time that goes on', async () => {
    const rig = await Rig.connected();
    rig.session.attach({}, seconds(30));
    rig.send(30, { start: seconds(500) });
    rig.ingest.end({ kind: 'hostLost', message: 'killed' });
    await settle();
    expect(rig.listener.failures).toEqual([{ code: 'hostLost', wasStreaming: true }]);
    expect([rig.session.sdp, rig.session.state === 'streaming']).toEqual([null, false]);
    await rig.connected();
    expect(rig.bridge.ingests).toHaveLength(2);
    rig.send(30, { from: 20 });
    expect(rig.camera.dropped('beforeKeyframe').value).toBe(5);
    expect(rig.epochs).toEqual([1, 2]);
    const times = rig.listener.units.map(({ pts }) => pts);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
    expect(Math.abs(rig.clock.monotonic() - (times.at(-1) ?? 0))).toBeLessThan(seconds(1));
    expect(rig.camera.reconnects.value).toBe(1);
    expect(rig.listener.sdps).toHaveLength(2);
    expect(rig.noticed('discontinuity')).toEqual([]);
    await rig.session.close();
  });

  it('says once for each connection that no keyframe comes', async () => {
    const rig = await Rig.connected();
    // A keyframe each hundred seconds.
    const keyless: H264Options & { from: number } = { gop: 2500, from: 1 };
    rig.send(25 * 9, keyless);
    expect(rig.listener.notices).toEqual([]);
    rig.send(25 * 30, { ...keyless, from: 226 });
    expect(rig.noticed('noKeyframe')).toEqual([{ kind: 'noKeyframe', micros: seconds(10) }]);
    rig.ingest.end({ kind: 'eos' });
    await rig.connected();
    rig.send(25 * 9, keyless);
    expect(rig.noticed('noKeyframe')).toHaveLength(1);
    rig.send(25 * 2, { ...keyless, from: 226 });
    expect(rig.noticed('noKeyframe')).toHaveLength(2);
    await rig.session.close();
  });

  it('says when the ring cannot hold what was asked for, and again only after it could', async () => {
    const rig = await Rig.connected(1_000_000);
    rig.session.attach({}, seconds(10));
    rig.send(25 * 12, { bytes: 200 });
    expect(rig.listener.notices).toEqual([]);
    // 500 kB a second leave room for two seconds.
    rig.send(25 * 20, { bytes: 20_000 });
    const [told, ...others] = rig.noticed('ringTruncated');
    expect(others).toEqual([]);
    expect(told).toMatchObject({ kind: 'ringTruncated', bytes: expect.any(Number), keptMicros: expect.any(Number) });
    expect(rig.session.ring.bytes).toBeLessThanOrEqual(1_000_000);
    rig.send(25 * 30, { bytes: 200 });
    rig.send(25 * 20, { bytes: 20_000 });
    expect(rig.noticed('ringTruncated')).toHaveLength(2);
    await rig.session.close();
  });

  it('keeps as much of the past as the listener that asks for most, while it listens', async () => {
    const rig = await Rig.connected();
    const span = () => rig.session.ringSpan;
    const ends = [seconds(3), seconds(8)].map((micros) => rig.session.attach(new Listener(), micros));
    rig.send(25 * 20);
    expect(span()).toBeGreaterThanOrEqual(seconds(8));
    expect(span()).toBeLessThan(seconds(9));
    ends[1]?.();
    expect(span()).toBeGreaterThanOrEqual(seconds(3));
    expect(span()).toBeLessThan(seconds(4));
    ends[0]?.();
    // The keyframe at or before now, and what depends on it.
    expect(span()).toBeLessThan(seconds(1));
    await rig.session.close();
  });

  it('lets a camera wait to be read of which few pictures are looked at, and that nobody watches', async () => {
    const rig = await Rig.connected();
    const { pictures } = rig.session;
    const open = (policy: string) =>
      pictures.open({ width: 320, format: 'i420', policy: parseDecodePolicy(policy)! }, { onPicture: () => {} });
    const waits = (): boolean => {
      rig.send(1);
      return rig.ingest.inRounds;
    };
    expect(rig.ingest.inRounds).toBe(false);
    expect(waits()).toBe(true);
    const few = open('keyframes');
    expect(waits()).toBe(true);
    const some = open('fps:5');
    expect(waits()).toBe(true);
    for (const policy of ['fps:6', 'full']) {
      const many = open(policy);
      expect(waits()).toBe(false);
      many.close();
      expect(waits()).toBe(true);
    }
    some.close();
    const detach = rig.session.attach({ watches: true }, 0);
    expect(waits()).toBe(false);
    detach();
    detach();
    expect(waits()).toBe(true);
    few.close();
    // The next connection is another, which is told anew.
    const before = rig.ingest;
    rig.ingest.end({ kind: 'eos' });
    await rig.clock.run(5_000, 500);
    await rig.connected();
    expect([rig.ingest === before, rig.ingest.inRounds, waits()]).toEqual([false, false, true]);
    await rig.session.close();
  });

  it('tells a listener nothing any more that has detached, even if it does so while it is told', async () => {
    const rig = await Rig.connected();
    const told: string[] = [];
    const attach = (name: string): void => {
      const end = rig.session.attach(
        {
          onUnit: () => {
            told.push(name);
            end();
          },
        },
        0,
      );
    };
    attach('one');
    attach('other');
    rig.send(3);
    expect(told).toEqual(['one', 'other']);
    await rig.session.close();
  });

  it('gives every listener everything, though one before them throws', async () => {
    const rig = await Rig.connected();
    const no = () => {
      throw new Error('a listener that is broken');
    };
    const last = new Listener();
    rig.session.attach({ onUnit: no, onEstablished: no, onFailure: no, onNotice: no }, 0);
    rig.session.attach(last, 0);
    rig.send(30);
    rig.ingest.end({ kind: 'eos' });
    await rig.connected();
    rig.send(30);
    expect(last.units).toHaveLength(60);
    expect([last.sdps.length, last.failures.length]).toEqual([2, 1]);
    await rig.session.close();
  });

  it('says when the time of the camera leaps, and when the wall clock is set', async () => {
    const rig = await Rig.connected();
    rig.send(50);
    rig.send(25, { start: seconds(3600) });
    expect(rig.noticed('discontinuity')).toMatchObject([{ reason: 'forwardJump' }]);
    rig.clock.stepWall(60_000);
    rig.send(25 * 30, { start: seconds(3600) });
    expect(rig.noticed('wallClockStepped')).toHaveLength(1);
    expect(rig.noticed('wallClockStepped')[0]).toMatchObject({ byMs: expect.closeTo(60_000, -3) });
    await rig.session.close();
  });

  it('puts sound beside the pictures, and tells when there is none that it could', async () => {
    const rig = new Rig();
    rig.session.wantSound();
    await rig.connected();
    expect(rig.ingest.spec.audio).toBe(true);
    rig.ingest.caps(AAC);
    const hear = (pts: number): void =>
      rig.ingest.unit({
        ...{ track: 'audio', pts, dts: null, duration: 20_000, key: true, discont: false },
        payload: Buffer.alloc(160),
      });
    hear(0);
    rig.send(25);
    const heard = () => rig.listener.units.filter(({ track }) => track === 'audio');
    expect(heard()).toEqual([]);
    for (const pts of [seconds(0.5), seconds(0.98), seconds(0.5)]) hear(pts);
    const [first] = rig.listener.units;
    expect(heard().map(({ pts }) => pts - first!.pts)).toEqual([seconds(0.5), seconds(0.98)]);
    expect(rig.session.sound).toEqual({ caps: AAC, epoch: 1 });
    rig.send(1);
    expect(rig.noticed('soundMisplaced')).toEqual([{ kind: 'soundMisplaced', count: 1 }]);
    rig.send(25 * 13);
    expect(rig.session.sound).toBeUndefined();
    rig.ingest.soundFault({ code: 'soundRate', message: 'too fast' });
    expect(rig.noticed('sound').map((notice) => notice.kind === 'sound' && notice.fault.code)).toEqual([
      'noSound',
      'soundRate',
    ]);
    await rig.session.close();
  });

  it('encodes sound that files cannot hold, and is told of when that cannot be', async () => {
    const rig = new Rig();
    rig.session.wantSound();
    await rig.connected();
    rig.ingest.caps(ALAW);
    rig.send(25);
    const hear = (pts: number): void =>
      rig.ingest.unit({
        ...{ track: 'audio', pts, dts: null, duration: 20_000, key: true, discont: false },
        payload: Buffer.alloc(160),
      });
    const encode = () => latest(rig.bridge.encodes);
    hear(seconds(0.96));
    expect(rig.session.sound).toMatchObject({ caps: { mediaType: 'audio/mpeg' }, epoch: 1 });
    expect(rig.bridge.encodes).toEqual([]);
    rig.session.recordSound();
    encode().give();
    expect(rig.listener.units.filter(({ track }) => track === 'audio')).toHaveLength(1);
    expect(rig.session.sound?.epoch).toBe(1);
    encode().end({ kind: 'hostLost', message: 'killed' });
    hear(seconds(0.98));
    encode().end({ kind: 'hostLost', message: 'killed' });
    expect(rig.noticed('soundLost')).toEqual([]);
    expect(rig.noticed('sound')).toHaveLength(1);
    expect(rig.session.sound).toBeUndefined();
    rig.send(25 * 13);
    expect(rig.noticed('sound')).toHaveLength(1);
    await rig.session.close();
  });

  it('leaves no connection and no timer when it is closed', async () => {
    const rig = await Rig.connected();
    rig.send(30);
    await rig.session.close();
    expect(rig.ingest.over).toBe(true);
    expect(rig.session.state).toBe('closed');
    expect(rig.listener.failures).toEqual([]);
    expect(rig.clock.pendingTimers).toBe(0);
  });
});
