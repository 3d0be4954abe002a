/**
 * Hundreds of quiet cameras on one machine, some of which see something that moves: nothing may be lost, and all that moves
 * must be told of and recorded. The cameras replay recorded packets in a process of their own, which is not counted.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sample as MetricSample, samplesOf, sumOf } from '../common/metric-samples.js';
import { numberOf } from '../common/numbers.js';
import type { BenchOptions, BenchResult } from '../common/result.js';
import { record } from '../common/topology.js';
import { cpuMicros } from '../density/processes.js';
import { measure } from '../density/sampling.js';
import { activateAll, type Service, startServe } from '../density/service.js';
import { processesOf } from '../density/sluice.js';
import { DROPPED, GLANCES, type Measured, resultsOf } from './figures.js';
import { judge, type Verdict } from './judge.js';
import { type ReplayedCameras, startReplayedCameras } from './replayed-cameras.js';
import { MOVING_SECONDS } from './scenes.js';
import { startWitness, type Witness } from './witness.js';

const PRE_ROLL_SECONDS = 5;
/** Enough for a clip of the last movement: the gate is open for 10 s at least, and waits for keyframes. */
const WAITING = 'sluice_cameras_waiting';
const REDUCED = 'sluice_cameras_decoded_less';
const CLIPS_MS = 25_000;
/** When all are connected: each is watched closely for the first seconds. */
const CALM_MS = 480_000;
const POLL_MS = 1000;
const NEARLY_ALL = 0.95;

interface Load {
  cameras: number;
  minutes: number;
  /** Of the cameras that move at any time. */
  share: number;
  engines: number;
  /** Cameras that are connected to in a second. */
  connections: number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

export const run = async ({ quick, args }: BenchOptions): Promise<BenchResult[]> => {
  const load: Load = {
    cameras: numberOf(args, 'cameras') ?? (quick ? 100 : 300),
    minutes: minutesOf(args.get('minutes')) ?? (quick ? 1.5 : 10),
    share: (numberOf(args, 'moving') ?? 5) / 100,
    engines: numberOf(args, 'engines') ?? 1,
    connections: numberOf(args, 'connections') ?? 10,
  };
  if (load.share > MOST_SHARE) throw new RangeError(`--moving must be at most ${100 * MOST_SHARE}`);
  const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  let cameras: ReplayedCameras | undefined;
  let service: Service | undefined;
  try {
    say('records the cameras');
    cameras = await startReplayedCameras(load.cameras, dir);
    const env = {
      ...process.env,
      SLUICE_INGEST: 'direct',
      SLUICE_ENGINES: String(load.engines),
      SLUICE_CAMERA_CONNECTIONS_PER_SECOND: String(load.connections),
    };
    service = await startServe(dir, [], env);
    const witness = await startWitness(service.url, load.cameras);
    const measured = await measureLoad(load, cameras, service, witness);
    witness.close();
    return resultsOf(measured);
  } finally {
    await service?.stop();
    await cameras?.stop();
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  }
};

/** Movements of one camera that are closer to each other are one event. */
const MOST_SHARE = 0.25;

/** @throws RangeError if it is no number above 0 */
const minutesOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const minutes = Number(text);
  if (!(minutes > 0 && minutes < Number.POSITIVE_INFINITY)) throw new RangeError('--minutes must be a number above 0');
  return minutes;
};

const measureLoad = async (
  load: Load,
  cameras: ReplayedCameras,
  service: Service,
  { testimony }: Witness,
): Promise<Measured> => {
  const calmAfter = await calm(load, cameras, service);
  say(`all calm after ${calmAfter.toFixed(0)} s; measures for ${load.minutes} min`);
  cameras.move(load.share);
  // The first movements begin at keyframes of their cameras.
  await pause(MOVING_SECONDS * 1000);
  await cameras.figures();
  const degradedBefore = new Map(testimony.degraded);
  const replayerBefore = cpuMicros(cameras.pid);
  const [before, from] = [await metricsOf(service), Date.now()];
  const running = { processes: () => named(processesOf(service), load.engines) };
  const sample = await measure({ name: 'Sluice' }, running, cameras, { measureSeconds: load.minutes * 60 });
  const [after, to] = [await metricsOf(service), Date.now()];
  const replayer = { ...(await cameras.figures()), cpuMicros: cpuMicros(cameras.pid) - replayerBefore };
  const degraded = new Map(
    [...testimony.degraded].map(([cause, times]) => [cause, times - (degradedBefore.get(cause) ?? 0)]),
  );
  cameras.move(0);
  await pause(CLIPS_MS);
  const verdict = judge(cameras.movements, testimony.told, testimony.clips, [from, to]);
  tellOf(verdict, testimony.types);
  const metricSeconds = (to - from) / 1000;
  return { cameras: load.cameras, calmAfter, sample, before, after, metricSeconds, verdict, degraded, replayer };
};

/**
 * Until all cameras have come to rest, and nearly all are: one or the other is looked at again now and then. In seconds.
 *
 * @throws Error with what kept them if they do not
 */
const calm = async (load: Load, cameras: ReplayedCameras, service: Service): Promise<number> => {
  const began = performance.now();
  await activateAll(service, record({ decodePolicy: 'adaptive', preRollSeconds: PRE_ROLL_SECONDS }), cameras.urls);
  say(`${load.cameras} pipelines after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const rested = new Set<string>();
  for (;;) {
    const metrics = await metricsOf(service);
    const resting = metrics.filter(({ name, value }) => name === GLANCES && value === 1);
    // Of those as well, keyframes alone are decoded.
    const others = (sumOf(metrics, WAITING) ?? 0) + (sumOf(metrics, REDUCED) ?? 0);
    for (const { labels } of resting) rested.add(labels['camera'] ?? '');
    const seconds = (performance.now() - began) / 1000;
    const areCalm = rested.size >= load.cameras && resting.length >= NEARLY_ALL * load.cameras && others === 0;
    if (areCalm && cameras.clients() >= load.cameras) return seconds;
    if (seconds * 1000 > CALM_MS + (load.cameras / load.connections) * 1000) {
      const why = [...byCause(metrics, 'sluice_decode_promotions_total'), ...byCause(metrics, DROPPED)];
      throw new Error(
        `only ${resting.length} of ${load.cameras} cameras came to rest; ${cameras.clients()} are connected; ${why.join(', ')}`,
      );
    }
    await pause(POLL_MS);
  }
};

/** What happened how often, and why: for whoever has to find out why cameras do not come to rest. */
const byCause = (metrics: readonly MetricSample[], name: string): string[] => {
  const causes = new Set(metrics.filter((each) => each.name === name).map(({ labels }) => labels['cause'] ?? ''));
  return [...causes].map((cause) => `${name} ${cause}: ${sumOf(metrics, name, { cause })}`);
};

const metricsOf = async ({ url }: Service): Promise<MetricSample[]> =>
  samplesOf(await (await fetch(`${url}/metrics`)).text());

/** With several engines the process that was started is their front, and what it has started and is no host is an engine. */
const named = (groups: ReadonlyMap<string, number[]>, engines: number): ReadonlyMap<string, number[]> => {
  if (engines === 1) return groups;
  const names = new Map([
    ['engine', 'front'],
    ['other', 'engines'],
  ]);
  return new Map([...groups].map(([name, pids]) => [names.get(name) ?? name, pids]));
};

const tellOf = ({ missed, unrecorded, strays }: Verdict, types: ReadonlyMap<string, number>): void => {
  for (const [type, count] of types) say(`  ${type}: ${count}`);
  const some = (what: string, list: readonly { camera: number }[]): void => {
    for (const each of list.slice(0, 10)) say(`  ${what}: ${JSON.stringify(each)}`);
  };
  some('no event', missed);
  some('no whole clip', unrecorded);
  some('nothing moved', strays);
};
