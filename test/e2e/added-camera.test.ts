import { existsSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { AvaEvent, type ClipResource, Engine } from '../../engine/index.js';
import { judgeClip } from '../kit/judge-clip.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { tempDir } from '../kit/temp-dir.js';
import { until } from '../kit/until.js';

let camera: TestCamera | undefined;
let engine: Engine | undefined;

afterEach(async () => {
  await engine?.close();
  await camera?.stop();
});

const finished = ({ state }: ClipResource): boolean => state === 'finished';

it('a camera is added without a topology, recorded, found again after a restart, changed and removed', async () => {
  const dataDir = tempDir();
  camera = await startCamera({ scenes: ['busy'], gop: 1 });
  const { url } = camera;
  engine = await Engine.open({ dataDir });
  const options = { detection: { decodePolicy: 'keyframes' }, longestClipSeconds: 10 };
  const yard = await engine.cameras.add('yard', url, options);
  expect(yard.state()).toBe('active');
  await until('a clip', () => yard.clips.list().value.some(finished), 90_000);
  const clip = yard.clips.list().value.find(finished)!;
  expect(clip).toMatchObject({ pipeline: 'yard', path: expect.stringContaining(`${dataDir}/media/yard/yard-`) });
  expect((await judgeClip(clip.path)).complaints).toBe('');
  let bytes = 0;
  for await (const chunk of yard.clips.stream(clip.id)) bytes += (chunk as Buffer).length;
  expect(bytes).toBe(clip.bytes);
  expect((await yard.snapshot({ width: 160 })).width).toBe(160);
  expect(yard.info()).toMatchObject({ name: 'yard', connection: 'streaming' });

  // A camera of the same kind shares its topology, and has no clip of the other.
  const away = await engine.cameras.add('away', 'rtsp://127.0.0.1:1/none', { ...options, longestClipSeconds: 60 });
  expect(engine.topologies.list()).toHaveLength(1);
  expect(() => away.clips.get(clip.id)).toThrow(expect.objectContaining({ code: 'ClipNotFound' }));
  await away.remove();
  await away.remove();
  expect(away.state()).toBe('inactive');

  await engine.close();
  engine = await Engine.open({ dataDir });
  expect(engine.cameras.added('yard').state()).toBe('active');
  const since = engine.startSeq;
  const changes: unknown[] = [];
  engine.events.subscribe({ since, type: 'PipelineStateChanged' }, (event) => {
    if (event.eventType === AvaEvent.PipelineStateChanged) changes.push(event.data.state);
  });
  await engine.cameras.add('yard', url, options);
  const again = await engine.cameras.add('yard', url, { ...options, record: 'both', keepDays: 1 });
  await until('it was changed', () => changes.length >= 6);
  // Resumed; the same once more; changed.
  expect(changes).toEqual(['activating', 'active', 'deactivating', 'inactive', 'activating', 'active']);
  expect(engine.topologies.list().map(({ name }) => name)).toEqual([expect.stringMatching(/^camera-both-/)]);
  await until('the video', () => again.info().videos.includes('yard'));

  await again.remove();
  expect(engine.topologies.list()).toEqual([]);
  expect(engine.pipelines.list()).toEqual([]);
  expect(existsSync(clip.path)).toBe(true);
  expect(() => again.info()).toThrow(expect.objectContaining({ code: 'CameraNotFound' }));
});

it('a live pipeline of somebody else is not touched', async () => {
  engine = await Engine.open({ dataDir: tempDir() });
  const name = 'mine';
  engine.topologies.set({
    name: 'Mine',
    properties: {
      sources: [
        {
          '@type': '#Microsoft.VideoAnalyzer.RtspSource',
          name: 'camera',
          endpoint: { '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint', url: 'rtsp://127.0.0.1:1/x' },
        },
      ],
      sinks: [
        {
          '@type': '#Microsoft.VideoAnalyzer.VideoSink',
          name: 'video',
          videoName: 'mine',
          localMediaCachePath: '/cache',
          localMediaCacheMaximumSizeMiB: 64,
          inputs: [{ nodeName: 'camera' }],
        },
      ],
    },
  });
  engine.pipelines.set({ name, properties: { topologyName: 'Mine' } });
  await expect(engine.cameras.add(name, 'rtsp://127.0.0.1:1/y')).rejects.toMatchObject({ code: 'CameraNameTaken' });
  expect(() => engine!.cameras.added(name)).toThrow(expect.objectContaining({ code: 'CameraNameTaken' }));
  expect(engine.pipelines.get(name).properties.topologyName).toBe('Mine');
  expect(engine.topologies.list()).toHaveLength(1);
});
