import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClipResource } from '../../engine/index.js';
import { type Service, startService } from '../../engine/service.js';
import { creationTime, toSecond } from '../kit/creation-time.js';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles } from '../kit/evr.js';
import { difference } from '../kit/grey-frames.js';
import { ringHolds } from '../kit/media-waits.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { jpegSize, rgbOfJpeg } from '../kit/stills.js';

/** As ffprobe counts them, which must have nothing against the file. */
const picturesIn = (input: Buffer): number => {
  const asked = ['-v', 'error', '-count_packets', '-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0', '-'];
  return Number.parseInt(execFileSync('ffprobe', asked, { input, encoding: 'utf8' }), 10);
};

describe('clips over HTTP', () => {
  let camera: TestCamera;
  let test: TestEngine;
  let service: Service;

  beforeAll(async () => {
    camera = await startCamera({ scenes: ['quiet'], gop: 1 });
    test = await openTestEngine({ settings: { 'http.address': '127.0.0.1:0' } });
    service = await startService(test.engine);
    const topology = messageToFiles({ minimum: 'PT10S', maximum: 'PT10S' });
    test.engine.topologies.set(topology);
    test.engine.pipelines.set(livePipeline('door', topology.name, { rtspUrl: camera.url, input: 'door' }));
    await test.engine.pipelines.activate('door');
    await ringHolds(test.engine, 2, 'door');
    for (const count of [1, 2]) {
      test.engine.deliver('door', {});
      await test.until(() => test.named('RecordingAvailable').length >= count, 40_000);
    }
  }, 120_000);

  afterAll(async () => {
    await service?.close();
    await test?.remove();
    await camera?.stop();
  });

  const ask = (path: string, init: RequestInit = {}) => fetch(`${service.urls[0]}${path}`, init);
  const list = async (query = '') => {
    const page = (await (await ask(`/clips${query}`)).json()) as {
      value: (ClipResource & { urls: { file: string; thumbnail: string } })[];
      '@continuationToken'?: string;
    };
    return page;
  };
  const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

  it('are listed with what caused them, page by page', async () => {
    const { value } = await list();
    const told = test.named('RecordingAvailable').map(({ data }) => data['outputLocation']);
    expect(value.map(({ path }) => path)).toEqual(told.toReversed());
    const messages = test.named('InputReceived');
    expect(value.map(({ correlationId }) => correlationId)).toEqual(messages.map(({ id }) => id).toReversed());
    const { eventType, subject } = messages[1]!;
    expect(value[0]).toMatchObject({ pipeline: 'door', topology: 'MessageToFiles', cause: { eventType, subject } });
    const files = test
      .named('RecordingAvailable')
      .map(({ data }) => String(data['outputLocation']))
      .toReversed();
    expect(files.map(creationTime)).toEqual(value.map(({ start }) => toSecond(start)));
    const modes = [...files, join(test.dataDir, 'sluice.db')].map((file) => statSync(file).mode & 0o777);
    expect(new Set(modes)).toEqual(new Set([0o600]));
    expect(statSync(dirname(files[0]!)).mode & 0o777).toBe(0o700);
    const first = await list('?limit=1&pipeline=door');
    const rest = await list(`?limit=1&%40continuationToken=${first['@continuationToken']}`);
    expect([...first.value, ...rest.value].map(({ id }) => id)).toEqual(value.map(({ id }) => id));
    expect((await list(`?endtime=${value[0]!.start}`)).value.map(({ id }) => id)).toEqual([value[1]!.id]);
    expect((await ask('/clips?starttime=yesterday')).status).toBe(400);
    expect((await ask('/clips?limit=0')).status).toBe(400);
  });

  it('are served whole or in parts that fit together', async () => {
    const { path, bytes, frames, urls } = (await list()).value[0]!;
    const file = readFileSync(path);
    const head = await ask(urls.file, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(bytes));
    const etag = head.headers.get('etag')!;
    const whole = await ask(urls.file);
    expect(whole.headers.get('content-type')).toBe('video/mp4');
    expect((await bytesOf(whole)).equals(file)).toBe(true);
    const half = Math.floor(bytes / 2);
    const parts = [`bytes=0-${half - 1}`, `bytes=${half}-`].map((range) =>
      ask(urls.file, { headers: { range, 'if-range': etag } }),
    );
    const [first, second] = await Promise.all(parts);
    expect([first!.status, second!.status]).toEqual([206, 206]);
    expect(second!.headers.get('content-range')).toBe(`bytes ${half}-${bytes - 1}/${bytes}`);
    expect(Buffer.concat([await bytesOf(first!), await bytesOf(second!)]).equals(file)).toBe(true);
    expect((await bytesOf(await ask(urls.file, { headers: { range: 'bytes=-10' } }))).equals(file.subarray(-10))).toBe(
      true,
    );
    const changed = await ask(urls.file, { headers: { range: 'bytes=5-', 'if-range': '"other"' } });
    expect([changed.status, (await bytesOf(changed)).length]).toEqual([200, bytes]);
    const behind = await ask(urls.file, { headers: { range: `bytes=${bytes}-` } });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, `bytes */${bytes}`]);
    expect((await ask(urls.file, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const { stdout: counted } = await promisify(execFile)('ffprobe', [
      ...['-v', 'error', '-count_packets', '-select_streams', 'v', '-show_entries', 'stream=nb_read_packets'],
      ...['-of', 'csv=p=0', `${service.urls[0]}${urls.file}`],
    ]);
    expect(Number.parseInt(counted, 10)).toBe(frames);
  });

  it('are shown by the keyframe that is nearest to what caused them', async () => {
    const { id, path, start, urls } = (await list('?pipeline=door')).value[0]!;
    const caused = Date.parse(test.named('InputReceived').at(-1)!.eventTime);
    const answer = await ask(urls.thumbnail);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    const shown = Date.parse(answer.headers.get('x-time')!);
    // The camera has a keyframe every second.
    expect(Math.abs(shown - caused)).toBeLessThan(600);
    const jpeg = await bytesOf(answer);
    const { width, height } = jpegSize(jpeg);
    const number = Math.round((shown - Date.parse(start)) / 1000);
    const keys = execFileSync(
      'ffmpeg',
      [
        ...['-v', 'error', '-skip_frame', 'nokey', '-i', path, '-fps_mode', 'passthrough'],
        ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'],
      ],
      { maxBuffer: 1 << 29 },
    );
    const size = width * height * 3;
    const key = keys.subarray(number * size, (number + 1) * size);
    expect(difference(rgbOfJpeg(jpeg, width, height), key)).toBeLessThan(6);
    const small = await ask(`${urls.thumbnail}?width=160`);
    expect(jpegSize(await bytesOf(small)).width).toBe(160);
    const again = { headers: { 'if-none-match': answer.headers.get('etag')! } };
    expect((await ask(urls.thumbnail, again)).status).toBe(304);
    expect((await test.engine.pictures.clip(id)).time).toBe(answer.headers.get('x-time'));
    expect((await ask('/clips/999999.jpg')).status).toBe(404);
  });

  it('are played while they are written, as far as they are whole', async () => {
    const topology = messageToFiles({ name: 'Long', minimum: 'PT30S', maximum: 'PT30S' });
    test.engine.topologies.set(topology);
    test.engine.pipelines.set(livePipeline('long', topology.name, { rtspUrl: camera.url, input: 'long' }));
    await test.engine.pipelines.activate('long');
    await ringHolds(test.engine, 2, 'long');
    test.engine.deliver('long', {});
    await test.until(() => test.told('long', 'RecordingStarted').length > 0);
    const open = (await list('?pipeline=long')).value[0]!;
    expect(open).toMatchObject({ state: 'open', incomplete: false });
    expect(open.end).toBeUndefined();
    // Its first fragment may have fewer pictures, or not be there yet.
    const playable = async (): Promise<number> => {
      const served = await ask(open.urls.file);
      return served.status === 200 ? picturesIn(await bytesOf(served)) : 0;
    };
    await expect.poll(playable, { timeout: 60_000, interval: 100 }).toBeGreaterThan(5);
    expect((await ask(open.urls.thumbnail)).status).toBe(200);
    expect((await ask(`/clips/${open.id}`, { method: 'DELETE' })).status).toBe(409);
    await test.engine.pipelines.deactivate('long');
    expect((await list('?pipeline=long')).value[0]).toMatchObject({ id: open.id, state: 'finished' });
  });

  it('are protected, seen and deleted', async () => {
    const { id, path } = (await list('?pipeline=door')).value[1]!;
    const seen = await ask(`/clips/${id}/seen`, { method: 'POST' });
    expect(await seen.json()).toMatchObject({ id, seen: true });
    await ask(`/clips/${id}/protect`, { method: 'POST' });
    const refused = await ask(`/clips/${id}`, { method: 'DELETE' });
    expect([refused.status, await refused.json()]).toMatchObject([409, { error: { code: 'ClipProtected' } }]);
    expect(existsSync(path)).toBe(true);
    await ask(`/clips/${id}/protect`, { method: 'DELETE' });
    expect((await ask(`/clips/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(existsSync(path)).toBe(false);
    await test.settled();
    expect(test.named('RecordingDeleted').map(({ data }) => data)).toMatchObject([
      { outputLocation: path, reason: 'requested' },
    ]);
    for (const gone of [`/clips/${id}`, `/clips/${id}.mp4`, '/clips/x.mp4', '/clips/..%2fsluice.db.mp4'])
      expect((await ask(gone)).status).toBe(404);
  });
});
