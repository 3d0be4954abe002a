import { describe, expect, it } from 'vitest';
import type { RtspFailure } from '../../../../bridge/rtsp/types.js';
import type { EndReason } from '../../../../bridge/types.js';
import { type CameraSource, cameraAddress } from '../../../../engine/camera/address.js';
import { CameraConnection } from '../../../../engine/camera/connection.js';
import { ConnectionGovernor } from '../../../../engine/camera/governor.js';
import { DEFAULT_PATIENCE } from '../../../../engine/camera/patience.js';
import type { ResolvedEndpoint } from '../../../../engine/core/endpoint.js';
import { silentLogger } from '../../../../engine/core/log.js';
import { Count } from '../../../../engine/metrics/metric-families.js';
import { FakeBridge, HERE, latest, refusal } from '../../../kit/fake-bridge.js';
import { FakeClock, settle } from '../../../kit/fake-clock.js';
import { h264Unit } from '../../../kit/units.js';

const source = (url: string, endpoint: Partial<ResolvedEndpoint> = {}): CameraSource => ({
  name: 'camera',
  transport: 'tcp',
  endpoint: { url, secured: false, ignoreHostname: false, ignoreSignature: false, ...endpoint },
});

class Rig {
  readonly clock = new FakeClock();
  readonly attempts = new Count();
  readonly failures: Array<{ failure: RtspFailure; wasStreaming: boolean; retryInMs: number }> = [];
  readonly established: string[] = [];
  readonly bridge = new FakeBridge();
  sound = false;
  metadata = false;
  interruptions = 0;
  readonly connection = new CameraConnection(
    cameraAddress(source('rtsp://camera/1')),
    {
      bridge: this.bridge,
      governor: new ConnectionGovernor({ clock: this.clock }),
      clock: this.clock,
      log: silentLogger(),
      patience: DEFAULT_PATIENCE,
      path: 'gstreamer',
      metrics: { connectAttempts: this.attempts },
    },
    {
      onEstablished: (sdp) => this.established.push(sdp),
      onCaps: () => {},
      onUnit: () => {},
      onLoss: () => {},
      onStray: () => {},
      wantsSound: () => this.sound,
      onDescribed: () => {},
      wantsMetadata: () => this.metadata,
      onMetadata: () => {},
      onMetadataRefused: () => {},
      onSoundFault: () => {},
      onInterrupted: () => this.interruptions++,
      onFailure: (failure, wasStreaming, retryInMs) => this.failures.push({ failure, wasStreaming, retryInMs }),
    },
  );

  /** The camera sends a unit. */
  unit(): void {
    latest(this.bridge.ingests).unit(h264Unit(0));
  }

  static started(): Rig {
    const rig = new Rig();
    rig.connection.start();
    return rig;
  }
}

describe('CameraConnection', () => {
  it('does nothing before it is started, and nothing at all when it is closed first', async () => {
    const rig = new Rig();
    await rig.clock.run(1_000);
    expect([rig.attempts.value, rig.connection.state, rig.clock.pendingTimers]).toEqual([0, 'waiting', 0]);
    await rig.connection.close();
    rig.connection.start();
    await rig.clock.run(1_000);
    expect([rig.attempts.value, rig.connection.state]).toEqual([0, 'closed']);
  });

  it('says whose media it is without telling who, and does not try while the bridge would refuse', async () => {
    const rig = Rig.started();
    await settle();
    const { owner } = latest(rig.bridge.ingests).spec;
    expect(owner).toBe(cameraAddress(source('rtsp://camera/1')).owner);
    expect(owner).not.toBe(cameraAddress(source('rtsp://camera/2')).owner);
    expect(owner).toMatch(/^[0-9a-f]+$/);
    latest(rig.bridge.ingests).end({ kind: 'hostLost', message: 'it exited', retryInMs: 30_000 });
    await settle();
    expect(rig.failures).toMatchObject([{ failure: { code: 'hostLost' }, retryInMs: 30_000 }]);
    await rig.clock.run(29_000, 1_000);
    expect(rig.bridge.ingests).toHaveLength(1);
    await rig.clock.run(2_000, 1_000);
    expect(rig.bridge.ingests).toHaveLength(2);
    await rig.connection.close();
  });

  it('announces the session with the first unit, not before', async () => {
    const rig = Rig.started();
    await settle();
    expect(rig.connection.state).toBe('connecting');
    expect(rig.established).toEqual([]);
    rig.unit();
    rig.unit();
    expect(rig.established).toEqual(['v=0']);
    expect(rig.connection.state).toBe('streaming');
    await rig.connection.close();
  });

  it('waits longer each time for a camera that refuses, up to a few seconds', async () => {
    const rig = Rig.started();
    rig.bridge.answer = refusal('protocol', '404');
    await settle();
    await rig.clock.run(120_000);
    expect(rig.failures.length).toBeGreaterThan(24);
    expect(rig.failures.length).toBeLessThan(55);
    expect(Math.max(...rig.failures.map(({ retryInMs }) => retryInMs))).toBeLessThanOrEqual(5_000);
    expect(rig.attempts.value).toBe(rig.failures.length);
    await rig.connection.close();
  });

  it('asks a camera that refuses the password far less often', async () => {
    const rig = Rig.started();
    rig.bridge.answer = refusal('auth', '401');
    await settle();
    await rig.clock.run(60_000);
    expect(rig.failures.length).toBeLessThanOrEqual(5);
    expect(rig.failures[0]?.retryInMs).toBeGreaterThan(5_000);
    await rig.connection.close();
  });

  it('ends a stream that goes silent and says that it stalled', async () => {
    const rig = Rig.started();
    await settle();
    rig.unit();
    await rig.clock.run(DEFAULT_PATIENCE.stallMs + 500);
    expect(rig.failures[0]).toMatchObject({ failure: { kind: 'network', code: 'stalled' }, wasStreaming: true });
    await rig.connection.close();
  });

  it('ends a stream of which only the sound goes on, and takes sound alone for no stream', async () => {
    const rig = Rig.started();
    await settle();
    const sound = { ...h264Unit(0), track: 'audio' } as const;
    const hear = async (ms: number): Promise<void> => {
      for (let heard = 0; heard < ms && rig.failures.length === 0; heard += 500) {
        latest(rig.bridge.ingests).unit(sound);
        await rig.clock.run(500);
      }
    };
    rig.unit();
    await hear(DEFAULT_PATIENCE.stallMs + 1000);
    expect(rig.failures).toMatchObject([{ failure: { code: 'stalled' }, wasStreaming: true }]);
    rig.failures.length = 0;
    await rig.clock.run(5000);
    await hear(DEFAULT_PATIENCE.firstMediaMs + 1000);
    expect(rig.failures).toMatchObject([{ failure: { code: 'stalled' }, wasStreaming: false }]);
    await rig.connection.close();
  });

  it('gives a session up that never sends anything', async () => {
    const rig = Rig.started();
    await settle();
    await rig.clock.run(DEFAULT_PATIENCE.firstMediaMs + 500);
    expect(rig.failures[0]).toMatchObject({ failure: { code: 'stalled' }, wasStreaming: false });
    await rig.connection.close();
  });

  it('waits longer the next time for a camera that is there and slow, and keeps to that', async () => {
    const rig = Rig.started();
    await settle();
    const { answerMs, firstMediaMs } = DEFAULT_PATIENCE;
    await rig.clock.run(firstMediaMs - 500);
    rig.bridge.answer = { ...refusal('network', 'network.timeout'), slowAt: 'answer' } as EndReason;
    await rig.clock.run(30_000);
    expect(rig.bridge.ingests.map(({ spec }) => spec.answerMs).slice(0, 3)).toEqual([answerMs, answerMs, 2 * answerMs]);
    await rig.clock.run(600_000);
    expect(latest(rig.bridge.ingests).spec.answerMs).toBe(DEFAULT_PATIENCE.mostMs);
    rig.bridge.answer = HERE;
    const failures = rig.failures.length;
    await rig.clock.run(90_000);
    expect(rig.failures.slice(failures).at(0)?.failure.message).toMatch(/sent no media within 16 s/);
    await rig.connection.close();
  });

  it('does not ask any more what the camera has hung up on twice', async () => {
    const rig = Rig.started();
    rig.bridge.answer = { ...refusal('network', 'network.closed'), hungUpOn: 'OPTIONS' } as EndReason;
    await rig.clock.run(60_000);
    expect(rig.bridge.ingests.map(({ spec }) => spec.unwelcome).slice(0, 4)).toEqual([
      [],
      [],
      ['OPTIONS'],
      ['OPTIONS'],
    ]);
    await rig.connection.close();
  });

  it('connects anew at once, and without a failure, when the sound is wanted as well', async () => {
    const rig = Rig.started();
    await settle();
    rig.unit();
    rig.sound = true;
    rig.connection.renegotiate();
    await rig.clock.run(500);
    expect(rig.bridge.ingests.map(({ spec }) => spec.audio)).toEqual([false, true]);
    expect([rig.failures.length, rig.interruptions, rig.established.length]).toEqual([0, 1, 1]);
    rig.unit();
    // It has been asked for.
    rig.connection.renegotiate();
    await rig.clock.run(500);
    expect([rig.bridge.ingests.length, rig.established.length]).toEqual([2, 2]);
    await rig.connection.close();
  });

  it('asks for the metadata likewise, and for what was wanted before as well', async () => {
    const rig = Rig.started();
    await settle();
    rig.sound = true;
    rig.connection.renegotiate();
    await rig.clock.run(500);
    rig.unit();
    rig.metadata = true;
    rig.connection.renegotiate();
    await rig.clock.run(500);
    // Nobody wants it any more: what comes is not interrupted for that.
    rig.metadata = false;
    rig.connection.renegotiate();
    await rig.clock.run(500);
    expect(rig.bridge.ingests.map(({ spec }) => [spec.audio, spec.metadata])).toEqual([
      [false, false],
      [true, false],
      [true, true],
    ]);
    expect(rig.failures).toEqual([]);
    await rig.connection.close();
  });

  it('comes back within about a second when the receiving process is lost', async () => {
    const rig = Rig.started();
    await settle();
    rig.unit();
    await rig.clock.run(11_000 - DEFAULT_PATIENCE.stallMs);
    rig.bridge.ingests[0]?.end({ kind: 'hostLost', message: 'killed' });
    await rig.clock.run(1_500);
    expect(rig.bridge.ingests).toHaveLength(2);
    expect(rig.failures[0]).toMatchObject({ failure: { code: 'hostLost' }, wasStreaming: true });
    await rig.connection.close();
  });

  it.each([
    [
      'while it waits',
      async (rig: Rig) => {
        rig.bridge.answer = refusal('network', 'timeout');
        await settle();
      },
    ],
    ['while it connects', async () => settle()],
    [
      'in mid-stream',
      async (rig: Rig) => {
        await settle();
        rig.unit();
      },
    ],
  ])('closes %s and leaves no timer', async (_, prepare) => {
    const rig = Rig.started();
    await prepare(rig);
    await rig.connection.close();
    expect(rig.connection.state).toBe('closed');
    expect(rig.clock.pendingTimers).toBe(0);
  });
});

describe('cameraAddress', () => {
  it('takes credentials out of the URL, decoded, and prefers them', () => {
    const address = cameraAddress(
      source('rtsp://me:p%40ss@camera:8554/live?token=abc', {
        credentials: { type: 'usernamePassword', username: 'dummy', password: 'dummy' },
      }),
    );
    expect(address.spec.credentials).toEqual({ username: 'me', password: 'p@ss' });
    expect(address.spec.url).toBe('rtsp://camera:8554/live?token=abc');
    expect(address.label).toBe('rtsp://camera:8554/live');
  });

  it('is the same for two sources that can share a connection, and only for those', () => {
    const key = (url: string, endpoint?: Partial<ResolvedEndpoint>) => cameraAddress(source(url, endpoint)).key;
    const credentials = { type: 'usernamePassword', username: 'a', password: 'b' } as const;
    expect(key('rtsp://a:b@camera/1')).toBe(key('rtsp://camera/1', { credentials }));
    expect(key('rtsp://camera/1')).not.toBe(key('rtsp://camera/2'));
    expect(key('rtsp://camera/1')).not.toBe(key('rtsp://a:b@camera/1'));
  });

  it.each([
    ['http://camera/1', /scheme 'http'/],
    ['camera', /not a URL/],
  ])('refuses %s', (url, message) => {
    expect(() => cameraAddress(source(url))).toThrow(message);
  });
});
