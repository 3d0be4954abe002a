import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type BadCamera, corpusCameras, failingCameras, refusingCameras } from '../kit/bad-cameras.js';
import { corporaMissing, h264Files } from '../kit/corpora.js';
import { describeCamera as ask } from '../kit/describe-camera.js';
import { corruptBytes, fakeMedia, seeded } from '../kit/fake-media.js';
import { type FakeRtspServer, startFakeRtspServer } from '../kit/fake-rtsp-server.js';
import { groupAccessUnits, isKeyNal, nalType, splitNals } from '../kit/h264-bytes.js';
import { pictureTimes, playRtsp } from '../kit/rtsp-player.js';
import { makeClip, tempFolder } from '../kit/temp-files.js';

const run = promisify(execFile);
const folder = tempFolder();
const stream = readFileSync(
  makeClip(join(folder.path, 'bars.264'), 2, ['-c:v', 'libx264', '-g', '25', '-bf', '0', '-x264-params', 'slices=2']),
);
let server: FakeRtspServer | undefined;
afterAll(() => folder.remove());
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** What ffmpeg's own RTSP client makes of it. */
const ffprobe = async (url: string): Promise<{ frames: number; times: number[]; complaints: string }> => {
  const { stdout, stderr } = await run(
    'ffprobe',
    ['-v', 'warning', '-rtsp_transport', 'tcp', '-show_entries', 'frame=pts_time', '-of', 'json', url],
    { timeout: 20_000 },
  );
  const frames = (JSON.parse(stdout) as { frames: { pts_time?: string }[] }).frames;
  return { frames: frames.length, times: frames.map((frame) => Number(frame.pts_time)), complaints: stderr };
};

describe('the byte-stream tools', () => {
  it('cut a stream into the access units that were encoded', () => {
    const nals = splitNals(stream);
    const units = groupAccessUnits(nals);
    expect(units).toHaveLength(50);
    expect(units.flatMap((unit, index) => (unit.some((nal) => isKeyNal(nal)) ? [index] : []))).toEqual([0, 25]);
    expect(units[0]!.map((nal) => nalType(nal))).toEqual([7, 8, 6, 5, 5]);
    const rejoined = Buffer.concat(nals.flatMap((nal) => [Buffer.from([0, 0, 1]), nal]));
    expect(splitNals(rejoined)).toEqual(nals);
  });
});

describe('the fake camera', () => {
  it('is played by ffmpeg to the last frame', async () => {
    server = await startFakeRtspServer({ media: fakeMedia(stream, { loop: false, mtu: 300 }), atEnd: 'close' });
    const { frames, complaints } = await ffprobe(server.url);
    expect(frames).toBe(50);
    expect(complaints).not.toMatch(/error|corrupt|missed|concealing/i);
    expect(server.requests.map(({ method }) => method)).toEqual(expect.arrayContaining(['DESCRIBE', 'SETUP', 'PLAY']));
  });

  it('is received by GStreamer to the last frame', async () => {
    server = await startFakeRtspServer({ media: fakeMedia(stream, { loop: false }), atEnd: 'close' });
    const out = join(folder.path, 'out.264');
    await run('gst-launch-1.0', [
      ...['rtspsrc', `location=${server.url}`, 'protocols=tcp', 'latency=0', '!', 'rtph264depay', '!'],
      ...['video/x-h264,stream-format=byte-stream,alignment=au', '!', 'filesink', `location=${out}`],
    ]).catch(() => {}); // rtspsrc calls a connection that ends an error
    expect(groupAccessUnits(splitNals(readFileSync(out)))).toHaveLength(50);
  });

  it('lets the RTP timestamp wrap, jump and stand still, and stalls, as told', async () => {
    const media = fakeMedia(stream, {
      firstTimestamp: 2 ** 32 - 90_000 * 0.2,
      timeOf: (index) => (index < 20 ? index / 25 : index / 25 - 5),
      sendAt: (index) => (index < 30 ? index / 100 : 1 + index / 100),
    });
    server = await startFakeRtspServer({ media });
    const player = await playRtsp(server.url);
    await player.until((packets) => pictureTimes(packets).length > 40);
    player.close();
    const raw = [...new Set(player.packets.map(({ timestamp }) => timestamp))];
    expect(raw[0]).toBe(2 ** 32 - 18_000);
    expect(raw[5]).toBe(0);
    const times = pictureTimes(player.packets);
    expect(times.slice(0, 5)).toEqual([0, 40, 80, 120, 160]);
    expect(times[20]! - times[19]!).toBe(-4960);
    const arrivals = raw.map((timestamp) => player.packets.find((packet) => packet.timestamp === timestamp)!.at);
    expect(arrivals[30]! - arrivals[29]!).toBeGreaterThan(900);
  });

  it('pauses, goes on and drops', async () => {
    server = await startFakeRtspServer({ media: fakeMedia(stream) });
    const player = await playRtsp(server.url);
    await player.until((packets) => packets.length > 5);
    server.pause();
    const paused = player.packets.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(player.packets.length).toBeLessThanOrEqual(paused + 8);
    expect(player.open).toBe(true);
    server.resume();
    await player.until((packets) => packets.length > paused + 10);
    server.drop();
    await player.closed;
    expect(server.accepted).toBe(1);
  });

  it('floods for as long as there is a client, and hears it go', async () => {
    server = await startFakeRtspServer({ media: fakeMedia(stream, { sendAt: () => 0 }) });
    const player = await playRtsp(server.url);
    await player.until((packets) => packets.length > 2000);
    player.close();
    await player.closed;
    // Were it not to stop, neither this nor the end of the test would come.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { heapUsed } = process.memoryUsage();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(process.memoryUsage().heapUsed).toBeLessThan(heapUsed + 50e6);
  });

  it('sends corrupted and missing units', async () => {
    const random = seeded(5);
    const media = fakeMedia(stream, {
      loop: false,
      alter: (nals, index) =>
        index % 10 === 9 ? [] : nals.map((nal) => (index % 5 === 3 ? corruptBytes(nal, 0.05, random, 1) : nal)),
    });
    server = await startFakeRtspServer({ media, atEnd: 'close' });
    const { frames, complaints } = await ffprobe(server.url);
    expect(frames).toBeLessThan(50);
    expect(complaints).toMatch(/error|concealing|mb_type|out of range/i);
  });

  it.skipIf(corporaMissing())(`serves every stream of the public corpus ${corporaMissing() ?? ''}`, async () => {
    const files = h264Files();
    expect(files.length).toBeGreaterThan(30);
    for (const { name, bytes } of files) {
      const media = fakeMedia(bytes, { loop: false, fps: 2000 });
      const one = await startFakeRtspServer({ media, atEnd: 'close' });
      const player = await playRtsp(one.url);
      await player.closed;
      const units = groupAccessUnits(splitNals(bytes)).length;
      expect([name, pictureTimes(player.packets).length]).toEqual([name, units]);
      await one.close();
    }
  });
});

/** That a camera does not play is seen by waiting for it. */
const PATIENCE_MS = { plays: 60_000, refused: 3000 };

describe('the bad cameras', () => {
  const check = async ({ name, options, outcome }: BadCamera): Promise<void> => {
    const one = await startFakeRtspServer(options);
    try {
      const played = await Promise.race([
        playRtsp(one.url).then(
          async (player) => {
            await player.until((packets) => packets.length > 5, PATIENCE_MS[outcome] / 2).catch(() => {});
            player.close();
            return player.packets.length > 0 ? 'plays' : 'refused';
          },
          () => 'refused',
        ),
        new Promise((resolve) => setTimeout(resolve, PATIENCE_MS[outcome], 'refused')),
      ]);
      expect([name, played]).toEqual([name, outcome]);
      const result = await ask({ url: one.url, transport: 'tcp', timeoutMs: PATIENCE_MS[outcome] / 2 });
      expect([name, result.ok || result.failure.code !== 'internal']).toEqual([name, true]);
      if (outcome === 'plays') expect([name, result.ok]).toEqual([name, true]);
    } finally {
      await one.close();
    }
  };

  it('do what their names say', async () => {
    await Promise.all([...refusingCameras(), ...failingCameras(stream)].map(check));
  });

  it.skipIf(corporaMissing())(`of the public corpora do, too ${corporaMissing() ?? ''}`, async () => {
    const cameras = corpusCameras(stream);
    expect(cameras.length).toBeGreaterThan(80);
    await Promise.all(cameras.map(check));
  });
});
