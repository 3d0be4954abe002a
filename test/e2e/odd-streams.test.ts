import { afterEach, describe, expect, it } from 'vitest';
import { isNamed, of, openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles } from '../kit/evr.js';
import { type FakeMediaOptions, fakeMedia } from '../kit/fake-media.js';
import { type FakeRtspServer, startFakeRtspServer } from '../kit/fake-rtsp-server.js';
import { nalType } from '../kit/h264-bytes.js';
import { type ClipFacts, judgeClip } from '../kit/judge-clip.js';
import { unitsCome } from '../kit/media-waits.js';
import { encodeRaw } from '../kit/raw-stream.js';

const START_CODE = Buffer.from([0, 0, 0, 1]);
const bytesOf = (units: readonly Uint8Array[][]): Buffer =>
  Buffer.concat(units.flat().flatMap((nal) => [START_CODE, nal]));
const isSlice = (nal: Uint8Array): boolean => nalType(nal) >= 1 && nalType(nal) <= 5;
const isSet = (nal: Uint8Array): boolean => nalType(nal) === 7 || nalType(nal) === 8;

/** Of an RTP packet: type of the unit it is of, and whether that ends with it. */
const unitIn = (packet: Buffer): { type: number; ends: boolean } => {
  const type = packet[12]! & 0x1f;
  return type === 28 ? { type: packet[13]! & 0x1f, ends: (packet[13]! & 0x40) !== 0 } : { type, ends: true };
};
const marked = (isMarked: (unit: { type: number; ends: boolean }) => boolean): FakeMediaOptions => ({
  alterPacket: (packet) => {
    packet[1] = isMarked(unitIn(packet)) ? packet[1]! | 0x80 : packet[1]! & 0x7f;
    return packet;
  },
});

/** Whole seconds of the camera's time at a packet. */
const secondsAt = (packet: Buffer): number => Math.floor(packet.readUInt32BE(4) / 90_000);

const plain = encodeRaw({ frames: 50 });
const slices = encodeRaw({ frames: 50, params: 'slices=4' });
const claimingFifty = encodeRaw({ frames: 50, settings: '-g 25 -bf 0 -r 50' })[0]!.find((nal) => nalType(nal) === 7)!;
/**
 * A change of scene every second brings a picture that needs no other and is no IDR. Cut so that it can begin again behind
 * its end, without IDR: the numbers of its pictures count to 16.
 */
const scenes = encodeRaw({
  frames: 425,
  settings: "-bf 0 -refs 1 -vf negate=enable='lt(mod(t\\,2)\\,1)'",
  params: 'keyint=infinite:min-keyint=1000:scenecut=400',
});
const plainIntra = scenes.slice(25);
const SEI = Buffer.from('0605184142434445464748494a4b4c4d4e4f506d61726b6d61726b80', 'hex');

interface Case {
  units: Uint8Array[][];
  media?: FakeMediaOptions;
  /** Seconds between pictures of the clip. */
  steps?: readonly number[];
  /** Pictures are missing, and that is told. */
  loses?: boolean;
}

const uneven = (index: number): number => 0.08 * Math.floor(index / 2) + 0.02 * (index % 2);

const cases: Record<string, Case> = {
  'sends from another source every two seconds': {
    units: plain,
    media: {
      alterPacket: (packet, sequence) => {
        const source = Math.floor(secondsAt(packet) / 2);
        packet.writeUInt16BE((sequence + 30_000 * source) & 0xffff, 2);
        packet.writeUInt32BE((packet.readUInt32BE(4) + 777_777_777 * source) % 2 ** 32, 4);
        packet.writeUInt32BE(0x1000 + source, 8);
        return packet;
      },
    },
  },
  'sends no IDR picture and no parameter set': {
    // For the description.
    units: [[...scenes[0]!.filter(isSet), ...plainIntra[0]!], ...plainIntra.slice(1)],
    media: { alter: (nals) => nals.filter((nal) => !isSet(nal)) },
    steps: [0.04],
  },
  'marks every slice': { units: slices, media: marked(({ type, ends }) => ends && type <= 5), steps: [0.04] },
  'marks every packet': { units: slices, media: { mtu: 300, ...marked(() => true) }, steps: [0.04] },
  'marks nothing': { units: slices, media: marked(() => false), steps: [0.04] },
  'marks the message in front of its pictures, which come unevenly': {
    units: plain.map((nals) => [...nals.filter((nal) => !isSlice(nal)), SEI, ...nals.filter(isSlice)]),
    media: { timeOf: uneven, sendAt: uneven, ...marked(({ type }) => type === 6) },
    steps: [0.02, 0.06],
  },
  'claims another frame rate with every other keyframe': {
    units: plain.map((nals, index) =>
      index < 25 ? nals : nals.map((nal) => (nalType(nal) === 7 ? claimingFifty : nal)),
    ),
    steps: [0.04],
  },
  'loses the end of every other second on the way': {
    units: plain,
    media: {
      alterPacket: (packet) => {
        const ticks = packet.readUInt32BE(4) % 180_000;
        return ticks >= 45_000 && ticks < 85_000 ? undefined : packet;
      },
    },
    loses: true,
  },
};

const AWAY = 'away';
/** A camera's own time is in its files, to the ticks of their clock. */
const EXACT = 0.001;

describe('a camera that', () => {
  const servers: FakeRtspServer[] = [];
  let test: TestEngine | undefined;

  afterEach(async () => {
    await test?.remove();
    test = undefined;
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  it.each(['gstreamer', 'direct'] as const)(
    'sends its stream in an odd way is recorded in one clip, by %s',
    async (ingest) => {
      expect(plainIntra.flat().map((nal) => nalType(nal))).not.toContain(5);
      test = await openTestEngine({ settings: { ingest, 'camera.connectionsPerSecond': '100' } });
      const { engine, told, events } = test;
      const topology = messageToFiles({ minimum: 'PT10S', maximum: 'PT10S', offset: '-PT1S' });
      engine.topologies.set(topology);
      const names = new Map(Object.keys(cases).map((name, index) => [name, `odd${index}`]));
      /** Parts of pictures that belonged to none. */
      const strays = new Map<string, { value: number }>();
      const activate = async (pipeline: string, rtspUrl: string): Promise<void> => {
        engine.pipelines.set(livePipeline(pipeline, topology.name, { rtspUrl, input: 'go' }));
        await engine.pipelines.activate(pipeline);
      };
      for (const [name, pipeline] of names) {
        const { units, media = {} } = cases[name]!;
        const server = await startFakeRtspServer({ media: fakeMedia(bytesOf(units), media) });
        servers.push(server);
        await activate(pipeline, server.url);
        strays.set(name, engine.metrics.camera(server.url).dropped('noPicture'));
      }
      const gone = await startFakeRtspServer();
      await gone.close();
      await activate(AWAY, gone.url);
      await test.established(...names.values());
      await unitsCome(engine, 50, ...names.values());
      engine.deliver('go', null);
      await test.until(() => [...names.values()].every((name) => told(name, 'RecordingAvailable').length > 0), 60_000);
      await test.until(() => told(AWAY, 'NothingRecorded').length > 0, 60_000);
      for (const name of [...names.values(), AWAY]) await engine.pipelines.deactivate(name);
      await test.settled();

      const findings: string[] = [];
      for (const [name, pipeline] of names) {
        const odd = cases[name]!;
        const mine = events.filter(of(pipeline));
        const count = (kind: string): number => mine.filter((event) => isNamed(event, kind)).length;
        if (count('MediaSessionEstablished') !== 1) findings.push(`${name}: the session was interrupted`);
        if (count('TimestampDiscontinuity') > 3) findings.push(`${name}: ${count('TimestampDiscontinuity')} breaks`);
        const losses = mine.filter((event) => event.data['cause'] === 'lostOnTheWay').length;
        if (losses > 0 !== (odd.loses ?? false)) findings.push(`${name}: ${losses} losses are told`);
        if (!odd.loses && count('DataDropped') > 0) findings.push(`${name}: data was dropped`);
        if (strays.get(name)?.value !== 0) findings.push(`${name}: ${strays.get(name)?.value} parts of no picture`);
        for (const event of mine) {
          if (/Error$|NothingRecorded$/.test(event.eventType)) findings.push(`${name}: ${JSON.stringify(event)}`);
        }
        const clips = mine.filter((event) => isNamed(event, 'RecordingAvailable'));
        if (clips.length !== 1) findings.push(`${name}: ${clips.length} clips`);
        for (const { data } of clips) {
          const clip = await judgeClip(String(data['outputLocation']));
          findings.push(...complaints(clip, Number(data['duration']), odd).map((text) => `${name}: ${text}`));
        }
      }
      expect(findings).toEqual([]);
      const [trigger] = told(AWAY, 'NothingRecorded');
      expect(trigger?.correlationId).toBe(told(AWAY, 'InputReceived')[0]?.id);
      expect(told(AWAY, 'NothingRecorded')).toHaveLength(1);
    },
    180_000,
  );
});

const complaints = (clip: ClipFacts, promised: number, { steps, loses }: Case): string[] => {
  const found: string[] = [];
  if (!loses && clip.complaints !== '') found.push(`ffmpeg says ${clip.complaints}`);
  if (!clip.firstIsKeyframe) found.push('it does not begin with a keyframe');
  if (Math.abs(clip.durationSeconds - promised) > 0.2) found.push(`${promised} s promised, ${clip.durationSeconds} s`);
  if (clip.durationSeconds < 10 || clip.durationSeconds > 15) found.push(`it lasts ${clip.durationSeconds} s`);
  const odd = clip.times
    .slice(1)
    .map((time, index) => time - clip.times[index]!)
    .filter((step) => steps?.every((expected) => Math.abs(step - expected) > EXACT));
  if (odd.length > 0) found.push(`steps of ${odd.slice(0, 5).map((step) => step.toFixed(4))} s`);
  return found;
};
