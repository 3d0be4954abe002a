/**
 * What recording adds to receiving: the same engine with the same cameras, which are recorded by turns. Windows with and
 * without recording follow each other, and each with it is compared with those around it: what else goes on in the machine
 * hits both alike, and the engine's code is as warm.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from '../../engine/simulator/index.js';
import { numberOf } from '../common/numbers.js';
import type { BenchOptions, BenchResult } from '../common/result.js';
import { archive, record } from '../common/topology.js';
import { type Audience, measure } from './sampling.js';
import { type Service, startServe } from './service.js';
import { processesOf } from './sluice.js';
import type { Sample } from './subject.js';
import { bound, describeSubject, median, perCamera } from './summary.js';

const STREAM = { fps: 25, size: '1920x1080', bitrate: 4_000_000, gop: 2 } as const;
const MOST_PERCENT = 0.3;

/** What is active besides the pipelines that only receive. */
const KINDS = {
  none: 'Sluice, received only',
  video: 'Sluice, and recorded to a video',
  file: 'Sluice, and recorded to files',
} as const;
type Kind = keyof typeof KINDS;

const RECEIVED = 'Received';
const GATE = { decodePolicy: 'none', preRollSeconds: 5, maximumSizeMiB: '65536', openSeconds: 3600 } as const;
const TOPOLOGIES = {
  video: archive('Video'),
  // A message opens the gate for an hour.
  file: record({ name: 'Files', ...GATE }),
} as const;

/** A segment of a video takes 30 s: each window has the end of one and the beginning of another, for every camera. */
const WINDOW = { settleSeconds: 10, measureSeconds: 30 };
const QUICK_WINDOW = { settleSeconds: 4, measureSeconds: 10 };
const WARM_UP_SECONDS = 20;

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** `--cameras N` (8), `--rounds N` (4, with --quick 1), `--ingest direct`. */
export const runRecording = async ({ quick, args }: BenchOptions): Promise<BenchResult[]> => {
  const cameras = numberOf(args, 'cameras') ?? 8;
  const rounds = numberOf(args, 'rounds') ?? (quick ? 1 : 4);
  const { settleSeconds, measureSeconds } = quick ? QUICK_WINDOW : WINDOW;
  const ingest = args.get('ingest');
  const kinds: Kind[] = [
    'none',
    ...Array.from({ length: rounds }, () => ['video', 'none', 'file', 'none'] as const).flat(),
  ];
  const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const load = loadavg()[0]!;
  let clients = 0;
  const simulator = await startSimulator({
    ...{ scenes: ['quiet'], count: cameras, ...STREAM },
    onEvent: ({ event }) => {
      if (event === 'play') clients++;
      if (event === 'leave') clients--;
    },
  });
  const audience: Audience = { urls: simulator.cameras.map(({ url }) => url), clients: () => clients };
  let service: Service | undefined;
  try {
    const env = ingest === undefined ? process.env : { ...process.env, SLUICE_INGEST: ingest };
    service = await startServe(dir, [], env);
    const pipelines = await cameraPipelines(service, audience.urls);
    await pipelines.start('none');
    await pause(WARM_UP_SECONDS);
    const samples: Sample[] = [];
    for (const [index, kind] of kinds.entries()) {
      process.stderr.write(`window ${index + 1} of ${kinds.length}: ${KINDS[kind]}\n`);
      await pipelines.start(kind);
      await pause(settleSeconds);
      const running = { processes: () => processesOf(service!), work: () => workOf(service!, dir) };
      samples.push(await measure({ name: KINDS[kind] }, running, audience, { measureSeconds }));
      await pipelines.stop(kind);
    }
    return [...results(samples, cameras), loadLine(load)];
  } finally {
    await service?.stop();
    await simulator.stop();
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  }
};

/** What each window adds to the mean of the two around it, which have nothing recorded. In % of a core and camera. */
export const additions = (samples: readonly Sample[], subject: string): number[] =>
  samples.flatMap((sample, index) => {
    const [before, after] = [samples[index - 1], samples[index + 1]];
    if (sample.subject !== subject || !before || !after) return [];
    return [perCamera(sample) - (perCamera(before) + perCamera(after)) / 2];
  });

const results = (samples: readonly Sample[], cameras: number): BenchResult[] => {
  const name = `${cameras} cameras, ${STREAM.size}, ${STREAM.bitrate / 1e6} Mb/s`;
  const added = (kind: Kind): number[] => additions(samples, KINDS[kind]);
  const spread = (kind: Kind): BenchResult[] =>
    [Math.min, Math.max].map((pick, index) => ({
      ...{
        name: `${name}: ${KINDS[kind]}`,
        metric: `added per camera, ${index === 0 ? 'least' : 'most'} of the windows`,
      },
      ...{ value: Number(pick(...added(kind)).toPrecision(3)), unit: '% of a core' },
    }));
  // Each window is a round of its own, so that medians are taken over all of a kind.
  const rounds = samples.map((sample) => ({ samples: [sample] }));
  return [
    bound(`${name}: ${KINDS.video}`, 'added per camera, median', median(added('video')), MOST_PERCENT, '% of a core'),
    ...spread('video'),
    bound(`${name}: ${KINDS.file}`, 'added per camera, median', median(added('file')), MOST_PERCENT, '% of a core'),
    ...spread('file'),
    ...Object.values(KINDS).flatMap((subject) => describeSubject(rounds, { subject, cameras })),
  ];
};

const loadLine = (value: number): BenchResult => ({
  ...{ name: 'machine', metric: 'load average before the run', value: Number(value.toFixed(2)), unit: '' },
});

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
const workOf = async (service: Service, dir: string): Promise<Map<string, number>> => {
  const metrics = await service.metrics();
  const files = readdirSync(join(dir, 'data'), { recursive: true, encoding: 'utf8' }).filter((each) =>
    each.endsWith('.mp4'),
  );
  const links = new Set<number>();
  let bytes = 0;
  for (const file of files) {
    const { ino, size } = statSync(join(dir, 'data', file));
    // A file that is being written has two names.
    if (!links.has(ino)) bytes += size;
    links.add(ino);
  }
  return new Map([
    ['pictures received', metrics.get('sluice_units_total') ?? 0],
    ['bytes written', bytes],
  ]);
};
