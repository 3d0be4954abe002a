import { describe, expect, it } from 'vitest';
import { SoundInput } from '../../bridge/camera/sound-input.js';
import { TrackInput } from '../../bridge/camera/track-input.js';
import { TrackSync } from '../../bridge/rtp/sync.js';
import type { OfferedTrack } from '../../bridge/rtsp/tracks.js';
import { ConnectionGovernor } from '../../engine/camera/governor.js';
import { DEFAULT_PATIENCE } from '../../engine/camera/patience.js';
import { CameraSession } from '../../engine/camera/session.js';
import { silentLogger } from '../../engine/core/log.js';
import { seconds } from '../../engine/core/time.js';
import { EngineMetrics } from '../../engine/metrics/metrics.js';
import { Clip } from '../../engine/recording/clip.js';
import { AAC as AUDIO, FakeBridge, latest } from '../kit/fake-bridge.js';
import { FakeCamera } from '../kit/fake-camera.js';
import { FakeClock } from '../kit/fake-clock.js';
import { rtpPacket } from '../kit/h264-bytes.js';
import { randomOf } from '../kit/motion-planes.js';
import { senderReport } from '../kit/sound/fake-sound.js';

const EVERY = 0.04;
const RATE = 8000;
/** Of the camera, when its sound begins. */
const SOUND_BEGINS = 0.3;
const SECONDS = 3600;

const track = (kind: OfferedTrack['kind'], encoding: string, payloadType: number, clockRate: number): OfferedTrack => {
  const format = { encoding, payloadType, clockRate, fmtp: {} };
  return { kind, format, media: { media: kind, formats: [format] } } as unknown as OfferedTrack;
};

interface Drift {
  /** By how much its RTP clock is fast, in ppm. */
  video: number;
  sound: number;
  reports: boolean;
  /** Most seconds by which the network delays a packet. */
  jitter: number;
}

/** Records a camera for an hour; gives by how much sound is late in the file against the picture of the same moment, by second. */
const record = async ({ video, sound, reports, jitter }: Drift): Promise<number[]> => {
  const clock = new FakeClock();
  const bridge = new FakeBridge();
  const metrics = new EngineMetrics({ clock });
  const label = 'rtsp://camera/1';
  const session = new CameraSession(
    { key: 'camera', owner: 'a camera', label, spec: { url: label, transport: 'tcp' } },
    {
      ...{ bridge, clock, log: silentLogger(), patience: DEFAULT_PATIENCE, path: 'direct', blindAfter: seconds(5) },
      ...{ governor: new ConnectionGovernor({ clock, perSecond: 100 }), ringBytes: 2 ** 24 },
      ...{ metrics: metrics.camera(label), timings: metrics },
    },
  );
  session.wantSound();
  session.start();
  const camera = new FakeCamera(bridge, clock);
  await camera.connected();
  const { ingest } = camera;
  ingest.caps(AUDIO);

  const unit = { dts: null, discont: false } as const;
  const sync = new TrackSync();
  const losses = { add: () => {} } as never;
  let pictures = 0;
  const inputs = [
    new TrackInput({
      ...{ track: track('video', 'H264', 96, 90_000), losses, sync },
      taker: {
        take: ({ payload, pts }) =>
          ingest.unit({
            ...unit,
            track: 'video',
            pts,
            duration: null,
            key: pictures++ % 25 === 0,
            payload: payload.subarray(2),
          }),
      },
    }),
    new TrackInput({
      ...{ track: track('audio', 'PCMA', 8, RATE), losses, sync },
      taker: new SoundInput(track('audio', 'PCMA', 8, RATE), sync, {
        frame: (payload, pts, duration) => ingest.unit({ ...unit, track: 'audio', pts, duration, key: true, payload }),
        fault: ({ message }) => expect.unreachable(message),
        overflow: () => expect.unreachable(),
      }),
    }),
  ];
  let clip: Clip | undefined;
  session.attach({ onUnit: () => clip?.pump(null) }, 0);

  const random = randomOf(7);
  const start = clock.monotonic();
  const arrivals = [0, 0];
  for (let n = 0; n * EVERY < SECONDS; n++) {
    const time = n * EVERY;
    const moment = Buffer.alloc(320);
    // Behind what passes for a slice, the moment at which it was taken.
    moment[0] = 0x41;
    moment[1] = 0x80;
    moment.writeUInt32BE(n, 2);
    const ticks = [
      Math.round(time * 90_000 * (1 + video / 1e6)),
      Math.round((time - SOUND_BEGINS) * RATE * (1 + sound / 1e6)),
    ];
    for (const [index, input] of inputs.entries()) {
      if (index === 1 && time < SOUND_BEGINS) continue;
      arrivals[index] = Math.max(arrivals[index]!, Math.max(...arrivals), start + (time + random() * jitter) * 1e6);
      clock.advance(Math.max(0, arrivals[index]! - clock.monotonic()) / 1000);
      const header = {
        payloadType: index === 0 ? 96 : 8,
        sequence: n & 0xffff,
        timestamp: ticks[index]! >>> 0,
        ssrc: index + 1,
        marker: true,
      };
      input.rtp(rtpPacket(header, moment), clock.monotonic());
      if (reports && n % 125 === 0) input.rtcp(senderReport(index + 1, time, ticks[index]!), clock.monotonic());
    }
    const key = session.ring.lastKeyframe();
    if (time > 5 && key)
      clip ??= new Clip({
        session,
        muxes: bridge,
        first: key,
        path: '/nowhere/clip',
        tracks: new Set(['video', 'audio']),
      });
  }
  await session.close();

  const shown = new Map<number, number>();
  const late: number[] = [];
  const momentOf = (payload: Uint8Array, at: number): number => Buffer.from(payload).readUInt32BE(at);
  for (const { track: kind, payload, pts } of latest(bridge.muxes).written) {
    if (kind === 'video') shown.set(momentOf(payload, 0), pts!);
  }
  for (const { track: kind, payload, pts } of latest(bridge.muxes).written) {
    const moment = momentOf(payload, 2);
    const there = kind === 'audio' ? shown.get(moment) : undefined;
    if (there !== undefined && moment % 25 === 0) late.push((pts! - there) / 1e6);
  }
  return late;
};

const worst = (late: readonly number[]): number => Math.max(...late.map(Math.abs));

describe('the sound of an hour is at the pictures of its moment, to its end', () => {
  it.each<[string, Drift, number]>([
    ['by reports, 500 ppm apart', { video: 250, sound: -250, reports: true, jitter: 0.03 }, 0.01],
    [
      'by reports, where all clocks of the camera are fast',
      { video: 500, sound: 500, reports: true, jitter: 0.03 },
      0.01,
    ],
    ['by arrival, 500 ppm apart', { video: 0, sound: 500, reports: false, jitter: 0.03 }, 0.04],
  ])(
    '%s',
    async (_, drift, most) => {
      const late = await record(drift);
      expect(late.length).toBeGreaterThan(SECONDS - 20);
      // By arrival alone it takes some seconds to know.
      expect(worst(late.slice(drift.reports ? 0 : 20))).toBeLessThan(most);
      if (process.env['SLUICE_TEST_LOG']) console.log(worst(late), late.slice(-5));
      expect(worst(late.slice(-60))).toBeLessThan(most);
    },
    240_000,
  );
});
