/**
 * How soon a picture is there that somebody asks for over HTTP, and what one costs: stored previews, moments of a video that have to be
 * decoded, and a camera as it is now, at 1080p. The engine runs in this process.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseCaps } from '../../bridge/filters/caps.js';
import { openBridge } from '../../bridge/index.js';
import type { HostStats } from '../../bridge/types.js';
import { Engine } from '../../engine/index.js';
import { partsOf } from '../../engine/parts-of.js';
import { startService } from '../../engine/service.js';
import { startSimulator } from '../../engine/simulator/index.js';
import { numberOf } from '../common/numbers.js';
import { atMost, type BenchOptions, type BenchResult } from '../common/result.js';
import { percentile } from '../latency/percentile.js';
import { writeNumbered } from '../page/numbered-media.js';
import { storeVideos, utcOf } from '../page/stored-video.js';

const SIZE = '1920x1080';
const SEGMENT_SECONDS = 30;
const FPS = 25;
const FROM = Date.UTC(2026, 0, 2, 3, 4, 5);
const MOST_PREVIEW_MS = 50;
const MOST_FULL_MS = 300;
/** As `videos.previewEvery` is, if nobody says otherwise. */
const EVERY_SECONDS = 10;
const DEADLINE_MS = 60_000;

/** `--pictures N`: of each kind; 100, with --quick 30. */
export const run = async ({ quick, args }: BenchOptions): Promise<BenchResult[]> => {
  const count = numberOf(args, 'pictures') ?? (quick ? 30 : 100);
  const dir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const file = join(dir, 'segment.mp4');
  writeNumbered(file, { pictures: SEGMENT_SECONDS * FPS, size: SIZE });
  const engine = await Engine.open({ dataDir: join(dir, 'data'), settings: { 'http.address': '127.0.0.1:0' } });
  // As many keyframes, one a second, as each is asked for once.
  const segments = Array.from({ length: Math.ceil(count / SEGMENT_SECONDS) }, (_, n) => ({
    ...{ start: utcOf(FROM + n * SEGMENT_SECONDS * 1000), file },
  }));
  storeVideos(partsOf(engine).archive, [{ name: 'front', segments }]);
  const service = await startService(engine);
  try {
    const [base = ''] = service.urls;
    const preview = (n: number, more = '') =>
      `${base}/videos/front/preview.jpg?time=${new Date(FROM + (n % count) * 1000 + 100).toISOString()}${more}`;
    // The first one waits for a host.
    await timed(preview(0, '&width=16'));
    const full = await timesOf(count, (n) => preview(n));
    const before = cpuSeconds(engine.stats().hosts);
    const small = await timesOf(count, (n) => preview(n, '&width=320'));
    const cpu = ((cpuSeconds(engine.stats().hosts) - before) * 1000) / count;
    await keepPreviews(engine, count);
    const stored = await timesOf(count, (n) => preview((n * 37) % count, '&width=192'));
    const kept = await keptCost(file, count);
    const now = await snapshots(engine, base, file, Math.min(count, 30));
    return [
      ...told(`stored preview, ${count} of them`, stored, MOST_PREVIEW_MS),
      ...told('preview that is decoded, 320 wide', small, MOST_PREVIEW_MS),
      ...told('full picture of a moment', full, MOST_FULL_MS),
      ...told('snapshot of a camera', now, MOST_FULL_MS),
      { name: 'preview that is decoded, 320 wide', metric: 'CPU', value: cpu, unit: 'ms' },
      { name: 'a preview while recording', metric: 'CPU', value: kept, unit: 'ms' },
      {
        name: `one every ${EVERY_SECONDS} s`,
        ...{ metric: 'CPU of a camera', value: kept / EVERY_SECONDS / 10, unit: '% of a core' },
      },
    ];
  } finally {
    await service.close();
    await engine.close();
    await rm(dir, { recursive: true, force: true });
  }
};

const told = (name: string, times: readonly number[], most: number): BenchResult[] => {
  const row = (metric: string, value: number): BenchResult => ({
    name,
    metric,
    value: Math.round(value * 10) / 10,
    unit: 'ms',
  });
  return [row('median', percentile(times, 0.5)), atMost(row('95 %', percentile(times, 0.95)), most)];
};

const timesOf = async (count: number, url: (n: number) => string): Promise<number[]> => {
  const times: number[] = [];
  for (let n = 0; n < count; n++) times.push((await timed(url(n))).ms);
  return times;
};

const timed = async (url: string): Promise<{ ms: number; tag: string }> => {
  const asked = performance.now();
  const response = await fetch(url);
  const body = await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${Buffer.from(body).toString('utf8')}`);
  return { ms: performance.now() - asked, tag: response.headers.get('etag') ?? '' };
};

/** What a recording would have kept. */
const keepPreviews = async (engine: Engine, count: number): Promise<void> => {
  const { previews, segments } = partsOf(engine).archive;
  const video = segments.video('front')!;
  for (let n = 0; n < count; n += EVERY_SECONDS) {
    const { jpeg, width, height, time } = await engine.pictures.preview('front', utcOf(FROM + n * 1000), {
      width: 320,
    });
    previews.add(video, { utc: utcOf(Date.parse(time)), width, height, jpeg });
  }
  await previews.written();
};

/** CPU time in ms of a preview that is made of a picture which a detector has had decoded. */
const keptCost = async (file: string, count: number): Promise<number> => {
  const [width, height] = [320, 180];
  const scaled = ['-vf', `scale=${width}:${height}`, '-frames:v', '100', '-pix_fmt', 'yuv420p', '-f', 'rawvideo', '-'];
  const all = execFileSync('ffmpeg', ['-v', 'error', '-i', file, ...scaled], { maxBuffer: 2 ** 28 });
  const size = (width * height * 3) / 2;
  const caps = parseCaps(
    `video/x-raw, format=(string)I420, width=(int)${width}, height=(int)${height}, framerate=(fraction)${FPS}/1`,
  );
  const bridge = openBridge();
  try {
    const make = (n: number) => {
      const at = (n % (all.length / size)) * size;
      return bridge.still({ caps, units: [all.subarray(at, at + size)], width, quality: 60, patient: true });
    };
    // The first one waits for a host.
    await make(0);
    const before = cpuSeconds(bridge.stats());
    for (let n = 0; n < count; n++) await make(n);
    return ((cpuSeconds(bridge.stats()) - before) * 1000) / count;
  } finally {
    await bridge.close();
  }
};

/** Each is of another keyframe. */
const snapshots = async (engine: Engine, base: string, clip: string, count: number): Promise<number[]> => {
  const simulator = await startSimulator({ clips: [clip] });
  try {
    engine.topologies.set({
      '@apiVersion': '1.1',
      name: 'Looking',
      properties: {
        parameters: [{ name: 'rtspUrl', type: 'string' }],
        sources: [
          {
            ...{ '@type': '#Microsoft.VideoAnalyzer.RtspSource', name: 'camera', transport: 'tcp' },
            endpoint: { '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint', url: '${rtspUrl}' },
          },
        ],
        sinks: [
          {
            ...{ '@type': '#Microsoft.VideoAnalyzer.VideoSink', name: 'video', inputs: [{ nodeName: 'camera' }] },
            ...{ videoName: 'now', localMediaCachePath: '/var/cache', localMediaCacheMaximumSizeMiB: '1024' },
          },
        ],
      },
    });
    const parameters = [{ name: 'rtspUrl', value: simulator.cameras[0]!.url }];
    engine.pipelines.set({ name: 'camera', properties: { topologyName: 'Looking', parameters } });
    await engine.pipelines.activate('camera');
    const url = `${base}/cameras/camera/snapshot.jpg`;
    const seen = new Map<string, number>();
    for (const deadline = performance.now() + DEADLINE_MS + count * 3000; seen.size <= count; await pause(100)) {
      if (performance.now() > deadline) throw new Error(`only ${seen.size} keyframes came`);
      const { ms, tag } = await timed(url).catch(() => ({ ms: 0, tag: '' }));
      if (tag !== '' && !seen.has(tag)) seen.set(tag, ms);
    }
    // The first one belongs to a decoder that had another format.
    return [...seen.values()].slice(1);
  } finally {
    await engine.pipelines.deactivate('camera');
    await simulator.stop();
  }
};

/** Of this process and of those that decode. */
const cpuSeconds = (hosts: readonly HostStats[]): number => {
  const { user, system } = process.cpuUsage();
  return hosts.reduce((sum, host) => sum + host.cpuSeconds, (user + system) / 1e6);
};
