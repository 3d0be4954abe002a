/**
 * Many cameras whose pictures go to one HTTP server on the same machine, 640x360 as JPEG, five a second each: what it costs
 * the engine's main thread, how long a result takes without the server's own time, and whether memory grows.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startSimulator } from '../../engine/simulator/index.js';
import { numberOf } from '../common/numbers.js';
import type { BenchOptions, BenchResult } from '../common/result.js';
import { infer } from '../common/topology.js';
import { cpuMicros, cpuMicrosOf, usageOf } from '../density/processes.js';
import { activateAll, type Service, startServe } from '../density/service.js';
import { processesOf } from '../density/sluice.js';
import { ended } from '../density/spawned.js';
import { motionFirst } from './motion-first.js';
import { Results } from './results.js';

const SAMPLE_MS = 10_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Sample {
  /** Shares of a core, in percent. */
  mainThread: number;
  engine: number;
  hosts: number;
  rssMiB: number;
  delays: number[];
}

/**
 * `--minutes N` (3, with --quick 1), `--cameras N` (32), `--per-second N` (5), `--server-ms N` (20): how long the server takes
 * for a picture. `--motion`: instead, what a motion detector in front of a server saves on labelled clips.
 */
export async function run(options: BenchOptions): Promise<BenchResult[]> {
  const { quick, args } = options;
  if (args.has('motion')) return motionFirst(options);
  const minutes = numberOf(args, 'minutes') ?? (quick ? 1 : 3);
  const cameras = numberOf(args, 'cameras') ?? 32;
  const perSecond = numberOf(args, 'per-second') ?? 5;
  const dir = await mkdtemp(join(tmpdir(), 'sluice-inference-'));
  const server = spawn(
    process.execPath,
    [fileURLToPath(new URL('server.js', import.meta.url)), args.get('server-ms') ?? '20'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [url] = (await once(createInterface(server.stdout), 'line')) as [string];
  const simulator = await startSimulator({ scenes: ['motion', 'busy', 'quiet'], count: cameras, gop: 2 });
  const service = await startServe(dir);
  const results = new Results(service.url);
  try {
    await results.open();
    await activateAll(
      service,
      infer(url, perSecond),
      simulator.cameras.map((camera) => camera.url),
    );
    await pause(20_000);
    results.taken();
    const before = await service.metrics();
    const samples: Sample[] = [];
    for (const end = Date.now() + minutes * 60_000; Date.now() < end; ) {
      samples.push(await sampleOf(service, results));
      process.stderr.write(`${line(samples.at(-1)!)}\n`);
    }
    return summary(samples, cameras, before, await service.metrics());
  } finally {
    results.close();
    await service.stop();
    await simulator.stop();
    await ended(server as ChildProcess, 'SIGTERM');
    await rm(dir, { recursive: true, force: true });
  }
}

const mainThreadMicros = (pid: number): number => cpuMicrosOf(readFileSync(`/proc/${pid}/task/${pid}/stat`, 'latin1'));

const hostMicros = (service: Service): number => {
  const hosts = [...processesOf(service)].filter(([role]) => role.endsWith(' host')).flatMap(([, pids]) => pids);
  return hosts.reduce((sum, pid) => sum + cpuMicros(pid), 0);
};

const sampleOf = async (service: Service, results: Results): Promise<Sample> => {
  const read = () => ({
    at: performance.now(),
    ...{ main: mainThreadMicros(service.pid), engine: cpuMicros(service.pid), hosts: hostMicros(service) },
  });
  const from = read();
  await pause(SAMPLE_MS);
  const to = read();
  const percent = (micros: number): number => micros / (to.at - from.at) / 10;
  return {
    mainThread: percent(to.main - from.main),
    engine: percent(to.engine - from.engine),
    hosts: percent(to.hosts - from.hosts),
    rssMiB: usageOf(service.pid).rssBytes / 2 ** 20,
    delays: results.taken(),
  };
};

const line = ({ mainThread, engine, hosts, rssMiB, delays }: Sample): string =>
  `main thread ${mainThread.toFixed(1)} %, engine ${engine.toFixed(1)} %, hosts ${hosts.toFixed(1)} %, ` +
  `${rssMiB.toFixed(0)} MiB, ${delays.length} results, p50 ${at(delays, 0.5).toFixed(1)} p99 ${at(delays, 0.99).toFixed(1)} ms`;

const at = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
};

const summary = (
  samples: readonly Sample[],
  cameras: number,
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): BenchResult[] => {
  const name = `${cameras} cameras to one HTTP server`;
  const one = (metric: string, value: number, unit: string): BenchResult => ({ name, metric, value, unit });
  const median = (pick: (sample: Sample) => number): number => at(samples.map(pick), 0.5);
  const most = (pick: (sample: Sample) => number): number => Math.max(...samples.map(pick));
  const delays = samples.flatMap((sample) => sample.delays);
  const counted = (family: string): number => (after.get(family) ?? 0) - (before.get(family) ?? 0);
  const third = Math.max(1, Math.floor(samples.length / 3));
  const mean = (some: readonly Sample[]): number => some.reduce((sum, { rssMiB }) => sum + rssMiB, 0) / some.length;
  return [
    one(
      'main thread',
      median((sample) => sample.mainThread),
      '% of a core',
    ),
    one(
      'main thread, worst 10 s',
      most((sample) => sample.mainThread),
      '% of a core',
    ),
    one(
      'engine, all threads',
      median((sample) => sample.engine),
      '% of a core',
    ),
    one(
      'hosts',
      median((sample) => sample.hosts),
      '% of a core',
    ),
    one('picture to result less server, p50', at(delays, 0.5), 'ms'),
    one('picture to result less server, p99', at(delays, 0.99), 'ms'),
    one('picture to result less server, worst', at(delays, 1), 'ms'),
    one('results a second', delays.length / (samples.length * (SAMPLE_MS / 1_000)), '/s'),
    one('pictures lost', counted('sluice_inference_lost_total'), ''),
    one('memory, first third', mean(samples.slice(0, third)), 'MiB'),
    one('memory, last third', mean(samples.slice(-third)), 'MiB'),
  ];
};
