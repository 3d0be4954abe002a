/**
 * How late the engine is. What was not decoded at its time: see catch-up.ts. Here:
 *
 * From the arrival of an access unit to the event about its picture on a WebSocket: decoding every picture of eight
 * cameras with permanent motion, one event for every picture, recording all the while. The service is `sluice serve` in a
 * process of its own; this process is its client.
 *
 * The start is taken in the engine's process, when a unit enters the ring (diagnostics channel `sluice:unit`), the end here,
 * when the message is there and before it is parsed; both on the machine's monotonic clock. Events and units belong
 * together by camera and time. Not in it: the camera's own delay, the network, and GStreamer's way from the socket to
 * the engine. In it: decoding (with whatever reordering the stream asks for; these have no B-frames), detection, the
 * event log, the socket.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { startSimulator } from '../../engine/simulator/index.js';
import { atMost, type BenchOptions, type BenchResult } from '../common/result.js';
import { record } from '../common/topology.js';
import { activateAll, pipelineName, type Service, startServe } from '../density/service.js';
import { catchUps } from './catch-up.js';
import { ARRIVALS_VARIABLE, type Arrival, match, monotonicMs, type Seen } from './matching.js';
import { percentile } from './percentile.js';

const CAMERAS = 8;
const FPS = 25;
const MOST_P50_MS = 60;
const MOST_P99_MS = 200;
const INFERENCE = 'Microsoft.VideoAnalyzer.Analytics.Inference';

export const run = async ({ quick }: BenchOptions): Promise<BenchResult[]> => [
  ...(await fromPictureToEvent(quick)),
  ...(await catchUps(quick ? 10 : 40)),
];

const fromPictureToEvent = async (quick: boolean): Promise<BenchResult[]> => {
  const warmUpSeconds = quick ? 8 : 20;
  const measureSeconds = quick ? 10 : 60;
  const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const simulator = await startSimulator({
    count: CAMERAS,
    scenes: ['busy'],
    fps: FPS,
    size: '640x360',
    bitrate: 800_000,
  });
  let service: Service | undefined;
  try {
    const file = join(dir, 'arrivals.json');
    const preload = new URL('./arrivals.js', import.meta.url).href;
    service = await startServe(dir, ['--import', preload], { ...process.env, [ARRIVALS_VARIABLE]: file });
    const topology = record({ decodePolicy: 'full', preRollSeconds: 5, eventAggregationWindow: 'PT0S' });
    const client = await listen(service.url);
    await activateAll(
      service,
      topology,
      simulator.cameras.map((camera) => camera.url),
    );
    await client.until(CAMERAS, 60_000);
    await pause(warmUpSeconds * 1000);
    const before = await service.metrics();
    client.reset();
    await pause(measureSeconds * 1000);
    const collected = client.collected();
    const after = await service.metrics();
    client.close();
    await service.stop();
    const cameraOf = new Map(simulator.cameras.map(({ url }, index) => [pipelineName(index), url]));
    const seen = collected.map((event) => ({ ...event, camera: cameraOf.get(event.camera) ?? event.camera }));
    const arrivals = JSON.parse(readFileSync(file, 'utf8')) as Arrival[];
    return report(match(arrivals, seen), measureSeconds, (name) => (after.get(name) ?? 0) - (before.get(name) ?? 0));
  } finally {
    await service?.stop();
    await simulator.stop();
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  }
};

const report = (
  { latencies, unmatched }: ReturnType<typeof match>,
  seconds: number,
  growth: (name: string) => number,
): BenchResult[] => {
  const name = `${CAMERAS} cameras, every picture, AU arrival to WebSocket`;
  const line = (metric: string, value: number, unit: string): BenchResult => ({
    name,
    metric,
    value: Number(value.toPrecision(4)),
    unit,
  });
  const mean = (family: string): number => (growth(`${family}_sum`) / growth(`${family}_count`)) * 1000;
  return [
    atMost(line('p50', percentile(latencies, 0.5), 'ms'), MOST_P50_MS),
    atMost(line('p99', percentile(latencies, 0.99), 'ms'), MOST_P99_MS),
    line('p90', percentile(latencies, 0.9), 'ms'),
    line('maximum', percentile(latencies, 1), 'ms'),
    line('events', latencies.length, 'events'),
    line('events whose unit was not found', unmatched, 'events'),
    line('pictures judged per camera and second', growth('sluice_frames_judged_total') / seconds / CAMERAS, '1/s'),
    line('pictures lost', growth('sluice_frames_dropped_total'), 'pictures'),
    line('of it, decoding, mean', mean('sluice_decode_seconds'), 'ms'),
    line('of it, detection, mean', mean('sluice_detect_seconds'), 'ms'),
    line('of it, writing a batch of events, mean', mean('sluice_event_log_write_seconds'), 'ms'),
  ];
};

const listen = async (url: string) => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/events?type=${INFERENCE}`, { perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  let seen: Seen[] = [];
  const cameras = new Set<string>();
  let failure: Error | undefined;
  socket.on('message', (message) => {
    const atMs = monotonicMs();
    const event = JSON.parse(String(message)) as { eventType?: string; subject: string; data: { timestamp: number } };
    if (event.eventType !== INFERENCE) return;
    const camera = /\/livePipelines\/([^/]+)\//.exec(event.subject)?.[1] ?? '';
    cameras.add(camera);
    // 90 kHz ticks since 1970.
    seen.push({ camera, utcMs: event.data.timestamp / 90, atMs });
  });
  socket.on('close', () => {
    failure = new Error('the service closed the WebSocket');
  });
  return {
    reset: () => {
      seen = [];
    },
    collected: (): Seen[] => {
      if (failure) throw failure;
      return seen;
    },
    until: async (count: number, timeoutMs: number) => {
      const deadline = performance.now() + timeoutMs;
      while (cameras.size < count) {
        if (failure) throw failure;
        if (performance.now() > deadline) throw new Error(`only ${cameras.size} of ${count} cameras gave events`);
        await pause(50);
      }
    },
    close: () => {
      socket.removeAllListeners('close');
      socket.terminate();
    },
  };
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
