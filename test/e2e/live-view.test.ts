import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Service, startService } from '../../engine/service.js';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, messageToVideo } from '../kit/evr.js';
import { ringHolds } from '../kit/media-waits.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { tempDir } from '../kit/temp-dir.js';
import { until as holds } from '../kit/until.js';

const until = (condition: () => boolean): Promise<void> => holds('what the viewer waits for', condition, 30_000);

/** What a viewer gets. */
class Viewer {
  readonly texts: Record<string, unknown>[] = [];
  readonly heads: Buffer[] = [];
  readonly pictures: { number: number; bytes: Buffer }[] = [];
  readonly socket: WebSocket;
  closed: number | undefined;
  refused: number | undefined;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    let isHead = false;
    this.socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) {
        this.texts.push(JSON.parse(String(data)));
        isHead = true;
      } else if (isHead) {
        this.heads.push(data);
        isHead = false;
      } else this.pictures.push({ number: data.readUInt32BE(0), bytes: data.subarray(4) });
    });
    this.socket.on('close', (code) => {
      this.closed = code;
    });
    this.socket.on('unexpected-response', (_request, response) => {
      this.refused = response.statusCode;
    });
    this.socket.on('error', () => {});
  }

  /** All of it as a file. */
  file(): string {
    const path = join(tempDir(), 'live.mp4');
    writeFileSync(path, Buffer.concat([this.heads[0]!, ...this.pictures.map(({ bytes }) => bytes)]));
    return path;
  }
}

describe('a camera that people watch', () => {
  let camera: TestCamera;
  let test: TestEngine;
  let service: Service;
  let base: string;

  beforeAll(async () => {
    camera = await startCamera({ scenes: ['quiet'], gop: 10 });
    test = await openTestEngine({ settings: { 'http.address': '127.0.0.1:0' } });
    service = await startService(test.engine);
    base = service.urls[0]!;
    const topology = messageToVideo({ offset: '-PT2S', minimum: 'PT10S', maximum: 'PT10S' });
    test.engine.topologies.set(topology);
    for (const name of ['door', 'door2', 'idle']) {
      test.engine.pipelines.set(
        livePipeline(name, topology.name, { rtspUrl: camera.url, input: 'door', video: `video of ${name}` }),
      );
    }
    for (const name of ['door', 'door2']) await test.engine.pipelines.activate(name);
    await ringHolds(test.engine, 3, 'door');
  }, 120_000);

  afterAll(async () => {
    await service?.close();
    await test?.remove();
    await camera?.stop();
  });

  const watch = (name: string, query = ''): Viewer =>
    new Viewer(`${base.replace('http', 'ws')}/cameras/${encodeURIComponent(name)}/live${query}`);

  it('is listed once, with the pipelines that read it and the videos that are made of it', async () => {
    const { value } = (await (await fetch(`${base}/cameras`)).json()) as { value: Record<string, unknown>[] };
    expect(value).toEqual([
      {
        name: 'door',
        address: camera.url,
        pipelines: ['door', 'door2'],
        topologies: [expect.any(String)],
        priority: 'normal',
        connection: 'streaming',
        connected: true,
        video: { codec: 'h264', width: expect.any(Number), height: expect.any(Number) },
        videos: ['video of door', 'video of door2'],
        recording: false,
        scene: {},
        live: true,
      },
      {
        name: 'idle',
        pipelines: ['idle'],
        topologies: [expect.any(String)],
        connection: 'inactive',
        connected: false,
        videos: [],
        recording: false,
        scene: {},
        live: false,
      },
    ]);
  });

  it('shows its present GOP at once, and every picture that follows, as one stream', async () => {
    const viewer = watch('door2');
    await until(() => viewer.pictures.length >= 60);
    viewer.socket.terminate();
    expect(viewer.texts).toEqual([
      {
        codec: expect.stringMatching(/^avc1\.[0-9A-Fa-f]{6}$/),
        width: expect.any(Number),
        height: expect.any(Number),
        startTime: expect.stringMatching(/^20\d\d-\d\d-\d\dT[\d:.]+Z$/),
      },
    ]);
    const numbers = viewer.pictures.map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index));
    const shown = execFileSync(
      'ffprobe',
      ['-v', 'error', '-count_frames', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0', viewer.file()],
      { encoding: 'utf8' },
    );
    expect(Number(shown.trim())).toBe(viewer.pictures.length);
  });

  it('skips to a keyframe for a viewer who does not say that pictures have come', async () => {
    const viewer = watch('door', '?acknowledge=1');
    await until(() => viewer.pictures.length > 0);
    await until(() => test.engine.metrics.camera(camera.url).liveSkipped.value > 5);
    const known = viewer.pictures.length;
    viewer.socket.send(`{"acknowledge":${viewer.pictures.at(-1)!.number}}`);
    await until(() => viewer.pictures.length > known);
    const [before, after] = viewer.pictures.slice(known - 1, known + 1);
    expect(after!.number).toBeGreaterThan(before!.number + 5);
    viewer.socket.terminate();
  });

  it('closes what says anything else, and refuses what there is not', async () => {
    const viewer = watch('door');
    await until(() => viewer.pictures.length > 0);
    viewer.socket.send('{"acknowledge":-1}');
    await until(() => viewer.closed !== undefined);
    expect(viewer.closed).toBe(1008);
    const [stranger, idle] = [watch('stranger'), watch('idle')];
    await until(() => stranger.refused !== undefined && idle.refused !== undefined);
    expect([stranger.refused, idle.refused]).toEqual([404, 409]);
  });

  it('ends when no pipeline reads it any more', async () => {
    const viewer = watch('door');
    await until(() => viewer.pictures.length > 0);
    for (const name of ['door', 'door2']) await test.engine.pipelines.deactivate(name);
    await until(() => viewer.closed !== undefined);
    expect(viewer.closed).toBe(4410);
  });
});
