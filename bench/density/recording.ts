/**
 * What recording adds to receiving. Engines run side by side with the same cameras: one only receives, one records videos as
 * well, one files. They change places from window to window, and what they cost is compared within each.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { numberOf } from '../common/numbers.js';
import type { BenchOptions, BenchResult, Limit } from '../common/result.js';
import { archive, record } from '../common/topology.js';
import { startCameras } from './cameras.js';
import { PRE_ROLL_SECONDS, sizeNamed } from './names.js';
import { additions, type CostWindow, estimate, verdict } from './paired.js';
import { type Audience, measure } from './sampling.js';
import { type Service, startServe } from './service.js';
import { processesOf } from './sluice.js';
import type { Sample } from './subject.js';
import { describeSubject, perCamera, perCameraIn } from './summary.js';
import { writtenBelow } from './written.js';

const SIZE = sizeNamed('1920x1080');
const MOST_PERCENT = 0.3;

/** What is active besides the pipelines that only receive. */
const KINDS = {
  none: 'Sluice, received only',
  video: 'Sluice, and recorded to a video',
  file: 'Sluice, and recorded to files',
} as const;
type Kind = keyof typeof KINDS;
const PLACES = Object.keys(KINDS) as Kind[];

const RECEIVED = 'Received';
const GATE = {
  decodePolicy: 'none',
  preRollSeconds: PRE_ROLL_SECONDS,
  maximumSizeMiB: '65536',
  openSeconds: 3600,
} as const;
const TOPOLOGIES = {
  video: archive('Video'),
  // A message opens the gate for an hour.
  file: record({ name: 'Files', ...GATE }),
} as const;

/** A segment of a video takes 30 s: each window has the end of one and the beginning of another, for every camera. */
const WINDOW = { settleSeconds: 10, measureSeconds: 30 };
const QUICK_WINDOW = { settleSeconds: 4, measureSeconds: 10 };
/** In which each engine does everything once and Node optimises its code. It does not count. */
const WARM_UP_ROUNDS = 1;

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/**
 * What each engine does in the windows of a round: everything once. Every second round goes the other way, so that nothing always
 * comes behind the same.
 */
export const placesOf = (round: number): Kind[][] => {
  const size = PLACES.length;
  return PLACES.map((_, window) =>
    PLACES.map((__, engine) => PLACES[(engine + (round % 2 === 0 ? window : size - window)) % size]!),
  );
};

/** `--cameras N` (8), `--rounds N` (5, with --quick 1), `--ingest direct`. */
export const runRecording = async ({ quick, args }: BenchOptions): Promise<BenchResult[]> => {
  const cameras = numberOf(args, 'cameras') ?? 8;
  const rounds = numberOf(args, 'rounds') ?? (quick ? 1 : 5);
  const ingest = args.get('ingest');
  const plan = Array.from({ length: WARM_UP_ROUNDS + rounds }, (_, round) => placesOf(round)).flat();
  const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const load = loadavg()[0]!;
  const simulated = await startCameras({ ...SIZE, count: cameras, scenes: ['quiet'] });
  const { urls, clients } = simulated.first(cameras);
  // Of each engine.
  const audience = { urls, clients: () => clients() / PLACES.length };
  const engines: MeasuredEngine[] = [];
  try {
    const env = ingest === undefined ? process.env : { ...process.env, SLUICE_INGEST: ingest };
    for (const place of PLACES) engines.push(await startEngine(join(dir, place), audience, env));
    const windows: Sample[][] = [];
    for (const [index, kinds] of plan.entries()) {
      process.stderr.write(`window ${index + 1} of ${plan.length}: ${kinds.join(', ')}\n`);
      const window = quick ? QUICK_WINDOW : WINDOW;
      const samples = await Promise.all(engines.map((engine, place) => engine.run(kinds[place]!, window)));
      if (index >= WARM_UP_ROUNDS * PLACES.length) windows.push(samples);
    }
    return [...results(windows, cameras), loadLine(load)];
  } finally {
    await Promise.all(engines.map((engine) => engine.stop()));
    await simulated.stop();
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  }
};

const results = (windows: readonly Sample[][], cameras: number): BenchResult[] => {
  const name = `${cameras} cameras, ${SIZE.size}, ${SIZE.bitsPerSecond / 1e6} Mb/s`;
  const costs = (costOf: (sample: Sample) => number): CostWindow[] =>
    windows.map((samples) => samples.map((sample) => ({ kind: sample.subject, value: costOf(sample) })));
  const [inAll, inEngine] = [costs(perCamera), costs((sample) => perCameraIn(sample, 'engine'))];
  const rounds = windows.map((samples) => ({ samples }));
  return [
    ...(['video', 'file'] as const).flatMap((kind) => [
      ...added(`${name}: ${KINDS[kind]}`, 'added per camera', additions(inAll, KINDS[kind], KINDS.none), MOST_PERCENT),
      ...added(`${name}: ${KINDS[kind]}`, 'added in the engine alone', additions(inEngine, KINDS[kind], KINDS.none)),
    ]),
    ...Object.values(KINDS).flatMap((subject) => describeSubject(rounds, { subject, cameras })),
  ];
};

/** The median, whether it is as it must be, and between what the true one lies. */
const added = (name: string, metric: string, values: readonly number[], most?: number): BenchResult[] => {
  const found = estimate(values);
  const line = (which: string, value: number, limit?: Limit): BenchResult => ({
    ...{ name, metric: `${metric}, ${which}`, value: Number(value.toPrecision(3)), unit: '% of a core' },
    ...(limit ? { limit } : {}),
  });
  const sure = `with ${Math.floor(found.confidence * 100)} % in ${values.length} windows`;
  return [
    line(
      'median',
      found.median,
      most === undefined ? undefined : { is: `at most ${most}`, verdict: verdict(found, most) },
    ),
    line(`at least, ${sure}`, found.low),
    line(`at most, ${sure}`, found.high),
  ];
};

const loadLine = (value: number): BenchResult => ({
  ...{ name: 'machine', metric: 'load average before the run', value: Number(value.toFixed(2)), unit: '' },
});

interface MeasuredEngine {
  /** Does that from now on until the window is over. */
  run(kind: Kind, window: typeof WINDOW): Promise<Sample>;
  stop(): Promise<void>;
}

const startEngine = async (dir: string, audience: Audience, env: NodeJS.ProcessEnv): Promise<MeasuredEngine> => {
  mkdirSync(dir);
  const service = await startServe(dir, [], env);
  const running = { processes: () => processesOf(service), work: () => workOf(service) };
  try {
    const pipelines = await cameraPipelines(service, audience.urls);
    await pipelines.start('none');
    return {
      run: async (kind, { settleSeconds, measureSeconds }) => {
        await pipelines.start(kind);
        await pause(settleSeconds);
        const sample = await measure({ name: KINDS[kind] }, running, audience, { measureSeconds });
        await pipelines.stop(kind);
        return sample;
      },
      stop: () => service.stop(),
    };
  } catch (error) {
    await service.stop();
    throw error;
  }
};

const cameraPipelines = async (service: Service, urls: readonly string[]) => {
  await service.invoke('pipelineTopologySet', record({ name: RECEIVED, ...GATE }));
  for (const topology of Object.values(TOPOLOGIES)) await service.invoke('pipelineTopologySet', topology);
  const topologyOf: Record<Kind, string> = { none: RECEIVED, video: 'Video', file: 'Files' };
  const names = (kind: Kind): string[] => urls.map((_, index) => `${kind}-${index + 1}`);
  for (const kind of Object.keys(KINDS) as Kind[]) {
    for (const [index, name] of names(kind).entries()) {
      const parameters = [{ name: 'rtspUrl', value: urls[index] }];
      await service.invoke('livePipelineSet', { name, properties: { topologyName: topologyOf[kind], parameters } });
    }
  }
  const all = (kind: Kind, method: string) => Promise.all(names(kind).map((name) => service.invoke(method, { name })));
  return {
    start: async (kind: Kind): Promise<void> => {
      await all(kind, 'livePipelineActivate');
      if (kind === 'file') await Promise.all(names(kind).map((name) => service.message('recordingTrigger', name)));
    },
    stop: async (kind: Kind): Promise<void> => {
      if (kind !== 'none') await all(kind, 'livePipelineDeactivate');
    },
  };
};

/** That it records: bytes of media in its folder, and pictures received. */
const workOf = async (service: Service): Promise<Map<string, number>> => {
  const metrics = await service.metrics();
  return new Map([
    ['pictures received', metrics.get('sluice_units_total') ?? 0],
    ['bytes written', writtenBelow(service.data).bytes],
  ]);
};
