import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Bridge, Decode, EndReason, Mux } from '../../bridge/types.js';
import { type BadCamera, corpusCameras, failingCameras, refusingCameras } from '../kit/bad-cameras.js';
import { recordIngest, testBridge } from '../kit/bridge.js';
import { corporaMissing } from '../kit/corpora.js';
import { fakeMedia } from '../kit/fake-media.js';
import { startFakeRtspServer } from '../kit/fake-rtsp-server.js';
import { startCamera } from '../kit/rtsp-camera.js';
import { makeClip, tempFolder } from '../kit/temp-files.js';

const folder = tempFolder();
const stream = readFileSync(makeClip(join(folder.path, 'bars.264'), 2, ['-c:v', 'libx264', '-g', '25', '-bf', '0']));
afterAll(() => folder.remove());

const AT_ONCE = 12;
const WATCHED_MS = 2500;

interface Outcome {
  name: string;
  units: number;
  ends: EndReason[];
  decoderEnds: EndReason[];
}

/** Connects, and puts what comes through a decoder and into a clip, as the engine would. */
const watch = async (bridge: Bridge, bad: BadCamera): Promise<Outcome> => {
  const server = await startFakeRtspServer(bad.options);
  const ends: EndReason[] = [];
  const decoderEnds: EndReason[] = [];
  let units = 0;
  let decode: Decode | undefined;
  let mux: Mux | undefined;
  const ingest = bridge.ingest(
    { url: server.url, transport: 'tcp', video: 'h264', timeoutMs: 1500 },
    {
      onCaps: (caps) => {
        decode ??= bridge.decode(
          { caps, pictures: [{ width: 160, format: 'i420' }], maxFps: 5 },
          { onPicture: () => {}, onEnd: (reason) => decoderEnds.push(reason) },
        );
        mux ??= bridge.mux({ tracks: [caps], path: join(folder.path, `${bad.name.replaceAll(/\W+/g, '-')}.mp4`) });
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

const watchAll = async (bad: readonly BadCamera[]): Promise<Outcome[]> => {
  const camera = await startCamera({ scenes: ['quiet'], gop: 1 });
  const { bridge } = testBridge();
  const good = recordIngest(bridge, { url: camera.url, transport: 'tcp', video: 'h264' });
  await good.count(5);
  const before = bridge.stats();
  const outcomes: Outcome[] = [];
  for (let at = 0; at < bad.length; at += AT_ONCE) {
    outcomes.push(...(await Promise.all(bad.slice(at, at + AT_ONCE).map((each) => watch(bridge, each)))));
  }
  await good.count(good.units.length + 10);
  // Nobody else noticed, and no host was lost.
  expect(good.ends).toEqual([]);
  for (const [n, unit] of good.units.slice(1).entries()) expect(unit.pts! - good.units[n]!.pts!).toBeLessThan(41_000);
  expect(bridge.stats().filter((host) => host.restarts > 0)).toEqual([]);
  expect(bridge.stats()[0]?.pid).toBe(before[0]?.pid);
  await good.ingest.stop();
  await camera.stop();
  return outcomes;
};

describe('the bridge and cameras that send nonsense', () => {
  it('gives nobody the pipeline of a session whose stream became another one', async () => {
    const other = { ssrc: 0xabcdef, from: 40 };
    const changed = (packet: Buffer, sequence: number): Buffer => {
      if (sequence >= other.from) packet.writeUInt32BE(other.ssrc, 8);
      return packet;
    };
    const changing = await startFakeRtspServer({ media: fakeMedia(stream, { alterPacket: changed }) });
    const steady = await startFakeRtspServer({ media: fakeMedia(stream) });
    const { bridge } = testBridge();
    const spec = { transport: 'tcp', video: 'h264', timeoutMs: 5000 } as const;
    for (let session = 0; session < 3; session++) {
      const { ended } = recordIngest(bridge, { ...spec, url: changing.url });
      expect(await ended).toMatchObject({ kind: 'error', code: 'stream.notLinked' });
      const { ingest, count } = recordIngest(bridge, { ...spec, url: steady.url });
      await count(10);
      await ingest.stop();
    }
    expect(bridge.stats()).toMatchObject([{ role: 'ingest', restarts: 0 }]);
    await Promise.all([changing.close(), steady.close()]);
  }, 60_000);

  it('ends each connection that was refused or failed with one clear reason', async () => {
    const outcomes = await watchAll([...refusingCameras(), ...failingCameras(stream)]);
    for (const { name, units, ends, decoderEnds } of outcomes) {
      expect(ends, name).toHaveLength(1);
      if (units === 0 && ends[0]?.kind === 'error')
        expect(ends[0].message, name).toMatch(
          /\w+: \w+| closed the connection (?:without an answer|in the middle of its answer)/,
        );
      expect(decoderEnds.length, name).toBeLessThanOrEqual(1);
      // A decoder goes on whatever comes; only we end it.
      expect(
        decoderEnds.filter((reason) => reason.kind !== 'stopped'),
        name,
      ).toEqual([]);
    }
  }, 90_000);

  it.skipIf(corporaMissing() !== undefined)(
    'survives the malformed corpora',
    async () => {
      const cameras = corpusCameras(stream).filter(({ outcome }) => outcome === 'plays');
      const outcomes = await watchAll(cameras);
      for (const { name, ends } of outcomes) expect(ends, name).toHaveLength(1);
      expect(outcomes.filter(({ units }) => units > 10).length).toBeGreaterThan(20);
    },
    120_000,
  );
});
