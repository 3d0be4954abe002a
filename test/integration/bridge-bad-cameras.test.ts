import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Bridge, Decode, EndReason, IngestSpec } from '../../bridge/types.js';
import type { Mux } from '../../engine/mux/types.js';
import { type BadCamera, corpusCameras, failingCameras, refusingCameras } from '../kit/bad-cameras.js';
import { recordIngest, testBridge } from '../kit/bridge.js';
import { corporaMissing } from '../kit/corpora.js';
import { fakeMedia } from '../kit/fake-media.js';
import { startFakeRtspServer } from '../kit/fake-rtsp-server.js';
import { muxesOn } from '../kit/muxes-on.js';
import { startCamera } from '../kit/rtsp-camera.js';
import { makeClip, tempFolder } from '../kit/temp-files.js';

const folder = tempFolder();
const stream = readFileSync(makeClip(join(folder.path, 'bars.264'), 2, ['-c:v', 'libx264', '-g', '25', '-bf', '0']));
afterAll(() => folder.remove());

const AT_ONCE = 12;
const WATCHED_MS = 2500;

type Path = NonNullable<IngestSpec['path']>;

interface Outcome {
  name: string;
  units: number;
  ends: EndReason[];
  decoderEnds: EndReason[];
}

/** Connects, and puts what comes through a decoder and into a clip, as the engine would. */
const watch = async (bridge: Bridge, bad: BadCamera, path: Path): Promise<Outcome> => {
  const server = await startFakeRtspServer(bad.options);
  const ends: EndReason[] = [];
  const decoderEnds: EndReason[] = [];
  let units = 0;
  let decode: Decode | undefined;
  let mux: Mux | undefined;
  const ingest = bridge.ingest(
    { url: server.url, transport: 'tcp', path, connectMs: 1500, answerMs: 1500 },
    {
      onDescribed: () => {},
      onLoss: () => {},
      onStray: () => {},
      onSoundFault: () => {},
      onCaps: (caps) => {
        decode ??= bridge.decode(
          { caps, pictures: [{ width: 160, format: 'i420' }], maxFps: 5 },
          { onPicture: () => {}, onEnd: (reason) => decoderEnds.push(reason) },
        );
        mux ??= muxesOn(bridge).mux({
          ...{ tracks: [caps], path: join(folder.path, `${bad.name.replaceAll(/\W+/g, '-')}.mp4`), taken: 0 },
        });
      },
      onUnit: (unit) => {
        units += 1;
        decode?.feed(unit);
        if (unit.pts !== null) mux?.write(unit);
      },
      onEnd: (reason) => ends.push(reason),
    },
  );
  await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
  await Promise.all([ingest.stop(), decode?.stop(), mux?.finish()]);
  await server.close();
  return { name: bad.name, units, ends, decoderEnds };
};

const watchAll = async (bad: readonly BadCamera[], path: Path): Promise<Outcome[]> => {
  const camera = await startCamera({ scenes: ['quiet'], gop: 1 });
  const { bridge } = testBridge();
  const good = recordIngest(bridge, { url: camera.url, transport: 'tcp', path });
  await good.count(5);
  const before = bridge.stats();
  const outcomes: Outcome[] = [];
  for (let at = 0; at < bad.length; at += AT_ONCE) {
    outcomes.push(...(await Promise.all(bad.slice(at, at + AT_ONCE).map((each) => watch(bridge, each, path)))));
  }
  await good.count(good.units.length + 10);
  // Nobody else noticed, and no host was lost.
  expect(good.ends).toEqual([]);
  for (const [n, unit] of good.units.slice(1).entries()) expect(unit.pts! - good.units[n]!.pts!).toBeLessThan(41_000);
  expect(bridge.stats().filter((host) => host.restarts > 0)).toEqual([]);
  if (path === 'gstreamer') expect(bridge.stats()[0]?.pid).toBe(before[0]?.pid);
  await good.ingest.stop();
  await camera.stop();
  return outcomes;
};

describe('the bridge and cameras that send nonsense', () => {
  it.each(['gstreamer', 'direct'] as const)(
    'go on in one session when a camera changes its source again and again, and other cameras never notice (%s)',
    async (path) => {
      const media = fakeMedia(stream, {
        // Another source with other numbers and times every 30 packets or so, 20 times and more in the session.
        alterPacket: (packet, sequence) => {
          const source = Math.floor(sequence / 30);
          packet.writeUInt32BE(0x1000 + source, 8);
          packet.writeUInt16BE((packet.readUInt16BE(2) + 7919 * source) & 0xffff, 2);
          packet.writeUInt32BE((packet.readUInt32BE(4) + 777_777 * source) >>> 0, 4);
          return packet;
        },
      });
      const changing = await startFakeRtspServer({ media });
      const steady = await startFakeRtspServer({ media: fakeMedia(stream) });
      const { bridge } = testBridge();
      const spec = { transport: 'tcp', path } as const;
      const before = recordIngest(bridge, { ...spec, url: steady.url });
      const spliced = recordIngest(bridge, { ...spec, url: changing.url });
      await spliced.count(250);
      const after = recordIngest(bridge, { ...spec, url: steady.url });
      await after.count(20);
      expect(changing.requests.filter(({ method }) => method === 'PLAY')).toHaveLength(1);
      expect([...spliced.ends, ...before.ends]).toEqual([]);
      expect(before.losses).toEqual([]);
      const times = spliced.units.map(({ pts }) => pts!);
      // At a change of source it is by its arrival that time goes on, which on a busy machine is late.
      for (const [n, pts] of times.slice(1).entries()) expect(pts - times[n]!).toBeLessThan(2_000_000);
      expect(Math.min(...times.slice(1).map((pts, n) => pts - times[n]!))).toBeGreaterThan(0);
      await Promise.all([before, spliced, after].map(({ ingest }) => ingest.stop()));
      await Promise.all([changing.close(), steady.close()]);
    },
  );

  it.each(['gstreamer', 'direct'] as const)(
    'ends each connection that was refused or failed with one clear reason (%s)',
    async (path) => {
      const outcomes = await watchAll([...refusingCameras(), ...failingCameras(stream)], path);
      for (const { name, units, ends, decoderEnds } of outcomes) {
        expect(ends, name).toHaveLength(1);
        if (units === 0 && ends[0]?.kind === 'error')
          expect(ends[0].message, name).toMatch(/^rtsp:\/\/127\.0\.0\.1:\d+\/stream \w+/);
        expect(decoderEnds.length, name).toBeLessThanOrEqual(1);
        // A decoder goes on whatever comes; only we end it.
        expect(
          decoderEnds.filter((reason) => reason.kind !== 'stopped'),
          name,
        ).toEqual([]);
      }
    },
  );

  it.skipIf(corporaMissing() !== undefined).each(['gstreamer', 'direct'] as const)(
    'survives the malformed corpora (%s)',
    async (path) => {
      const cameras = corpusCameras(stream).filter(({ outcome }) => outcome === 'plays');
      const outcomes = await watchAll(cameras, path);
      for (const { name, ends } of outcomes) expect(ends, name).toHaveLength(1);
      expect(outcomes.filter(({ units }) => units > 10).length).toBeGreaterThan(20);
    },
    120_000,
  );
});
