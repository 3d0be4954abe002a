/**
 * From a signal to the beginning of its clip on the disk: until the file has its first byte, and until all of the pre-roll
 * would play if the engine were killed. Four cameras, one clip at a time; the engine runs in this process.
 */

import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AvaEvent, type CustomNode, Engine, type EventRecord } from '../../engine/index.js';
import { withFile } from '../../engine/mp4/boxes.js';
import { layoutOf } from '../../engine/recording/mp4-layout.js';
import { startSimulator } from '../../engine/simulator/index.js';
import { shortGate } from '../chaos/series/trial/short-gate.js';
import { inputOf, topologiesOf, topologyFor } from '../chaos/series/trial/topology.js';
import { atMost, type BenchOptions, type BenchResult } from '../common/result.js';
import { percentile } from '../latency/percentile.js';

const CAMERAS = 4;
const FPS = 25;
const PRE_ROLL_SECONDS = 5;
const CLIP_SECONDS = 1;
/** The unit in between signal and unit. */
const HELD_BACK_SECONDS = 1 / FPS;
const MOST_MS = 100;
const LOOK_MS = 2;
const DEADLINE_MS = 30_000;

/** In ms from the signal. */
interface Beginning {
  firstByte: number;
  preRoll: number;
}

/** `--clips N`: for each kind of stream; 100, with --quick 20. */
export const run = async ({ quick, args }: BenchOptions): Promise<BenchResult[]> => {
  const clips = Number(args.get('clips') ?? (quick ? 20 : 100));
  const results: BenchResult[] = [];
  for (const bframes of [0, 2]) {
    const beginnings = await measure(clips, bframes);
    const name = `${clips} clips of streams with ${bframes} B-frames, ${PRE_ROLL_SECONDS} s of pre-roll`;
    for (const part of ['firstByte', 'preRoll'] as const) {
      const times = beginnings.map((each) => each[part]);
      const what = part === 'firstByte' ? 'first byte' : 'whole pre-roll';
      const median = percentile(times, 0.5);
      results.push(atMost({ name, metric: `${what}, median`, value: Math.round(median), unit: 'ms' }, MOST_MS));
      results.push({ name, metric: `${what}, 95 %`, value: Math.round(percentile(times, 0.95)), unit: 'ms' });
      results.push({ name, metric: `${what}, worst`, value: Math.round(percentile(times, 1)), unit: 'ms' });
    }
  }
  return results;
};

const measure = async (clips: number, bframes: number): Promise<Beginning[]> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const simulator = await startSimulator({ scenes: ['motion', 'busy'], count: CAMERAS, fps: FPS, gop: 2, bframes });
  const engine = await Engine.open({ dataDir, nodeTypes: [shortGate] });
  try {
    const recording = { clipSeconds: CLIP_SECONDS, preRollSeconds: PRE_ROLL_SECONDS };
    for (const topology of topologiesOf(recording)) engine.topologies.set<CustomNode>(topology);
    for (const { name, url } of simulator.cameras) {
      const parameters = [
        { name: 'rtspUrl', value: url },
        { name: 'input', value: inputOf(name) },
      ];
      engine.pipelines.set({ name, properties: { topologyName: topologyFor(recording, name), parameters } });
      await engine.pipelines.activate(name);
    }
    const names = simulator.cameras.map(({ name }) => name);
    const full = () => engine.stats().cameras.filter(({ ringSeconds }) => ringSeconds >= PRE_ROLL_SECONDS).length;
    await until('the rings are full', () => full() === CAMERAS);
    const beginnings: Beginning[] = [];
    for (let n = 0; n < clips; n++) beginnings.push(await beginOne(engine, names[n % CAMERAS]!));
    return beginnings;
  } finally {
    await engine.close();
    await simulator.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
};

const beginOne = async (engine: Engine, pipeline: string): Promise<Beginning> => {
  let started: EventRecord | undefined;
  let over = false;
  const subscription = engine.events.subscribe({}, (event) => {
    if (event.eventType === AvaEvent.RecordingStarted) started = event;
    if (event.eventType === AvaEvent.RecordingAvailable) over = true;
  });
  try {
    const began = performance.now();
    engine.deliver(inputOf(pipeline), {}, { pipeline });
    await until('a clip begins', () => started !== undefined);
    const path = String(started!.data['outputLocation']);
    await until('its first byte', () => statSync(path).size > 0);
    const firstByte = performance.now() - began;
    await until('its pre-roll', () => secondsIn(path) >= PRE_ROLL_SECONDS - HELD_BACK_SECONDS);
    const preRoll = performance.now() - began;
    await until('it is available', () => over);
    return { firstByte, preRoll };
  } finally {
    subscription.close();
  }
};

const secondsIn = (path: string): number => {
  try {
    return withFile(path, layoutOf).seconds;
  } catch {
    return 0;
  }
};

const until = async (what: string, holds: () => boolean): Promise<void> => {
  for (const deadline = performance.now() + DEADLINE_MS; !holds(); await pause(LOOK_MS))
    if (performance.now() > deadline) throw new Error(`${what}: not within ${DEADLINE_MS / 1000} s`);
};
