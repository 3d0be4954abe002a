/**
 * Endurance: many cameras for a long time, with cameras that drop, vanish and stall, and clips all along. What grows
 * after the warm-up is a leak. The engine runs in this process, the cameras in another.
 */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine } from '../../engine/index.js';
import { startSimulator } from '../../engine/simulator/index.js';
import type { BenchOptions, BenchResult } from '../common/result.js';
import { recordOnMotion, TOPOLOGY_NAME } from '../common/topology.js';

interface Sample {
  minute: number;
  engineRssMiB: number;
  engineFds: number;
  hostsRssMiB: number;
  hostsFds: number;
  hosts: number;
  hostRestarts: number;
  reconnects: number;
  clips: number;
  events: number;
}

const SAMPLE_MS = 15_000;
const FAULT_MS = 9_000;
const MIB = 1024 * 1024;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** `--minutes N` (60, with --quick 3), `--cameras N` (16), `--samples FILE`: one JSON line per sample is appended there. */
export async function run({ quick, args }: BenchOptions): Promise<BenchResult[]> {
  const minutes = Number(args.get('minutes') ?? (quick ? 3 : 60));
  const count = Number(args.get('cameras') ?? 16);
  const file = args.get('samples');
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-soak-'));
  const simulator = await startSimulator({ scenes: ['motion', 'busy', 'night', 'quiet'], count, gop: 2 });
  const engine = await Engine.open({ dataDir });
  const seen = { reconnects: 0, clips: 0, events: 0, failures: 0 };
  engine.events.subscribe({ since: engine.startSeq }, (event) => {
    seen.events++;
    if (event.eventType.endsWith('.MediaSessionEstablished')) seen.reconnects++;
    if (event.eventType.endsWith('.RecordingAvailable')) seen.clips++;
    if (event.eventType.endsWith('.StorageError')) seen.failures++;
  });
  try {
    // A small budget, so that old clips are deleted all the time.
    engine.topologies.set(recordOnMotion({ decodePolicy: 'fps:5', preRollSeconds: 5, maximumSizeMiB: '20' }));
    for (const camera of simulator.cameras) {
      engine.pipelines.set({
        name: camera.name,
        properties: { topologyName: TOPOLOGY_NAME, parameters: [{ name: 'rtspUrl', value: camera.url }] },
      });
      await engine.pipelines.activate(camera.name);
    }
    const samples: Sample[] = [];
    const end = Date.now() + minutes * 60_000;
    const began = Date.now();
    let nextFault = began + 20_000;
    let nextSample = began;
    for (let turn = 0; Date.now() < end; ) {
      if (Date.now() >= nextFault) {
        nextFault += FAULT_MS;
        await trouble(simulator, turn++);
      }
      if (Date.now() >= nextSample) {
        nextSample += SAMPLE_MS;
        const sample = take(engine, (Date.now() - began) / 60_000, seen, count);
        samples.push(sample);
        if (file) appendFileSync(file, `${JSON.stringify(sample)}\n`);
      }
      await pause(500);
    }
    return report(samples, seen.failures, count, minutes);
  } finally {
    await engine.close();
    await simulator.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** One camera after the other drops its connection, goes silent for a while, or is away for a while. */
async function trouble(simulator: Awaited<ReturnType<typeof startSimulator>>, turn: number): Promise<void> {
  const camera = simulator.cameras[turn % simulator.cameras.length]?.name;
  if (!camera) return;
  const fault = (['drop', 'stop', 'stall'] as const)[turn % 3] ?? 'drop';
  await simulator.control({ command: fault, camera });
  if (fault === 'drop') return;
  setTimeout(() => {
    void simulator.control({ command: fault === 'stop' ? 'start' : 'resume', camera }).catch(() => {});
  }, 12_000).unref();
}

function take(
  engine: Engine,
  minute: number,
  seen: { reconnects: number; clips: number; events: number },
  cameras: number,
): Sample {
  const { hosts } = engine.stats();
  const sum = (of: (host: (typeof hosts)[number]) => number) => hosts.reduce((total, host) => total + of(host), 0);
  return {
    minute: Math.round(minute * 100) / 100,
    engineRssMiB: ownRss(),
    engineFds: readdirSync('/proc/self/fd').length,
    hostsRssMiB: Math.round(sum((host) => host.rssBytes) / MIB),
    hostsFds: sum((host) => host.fds),
    hosts: hosts.length,
    hostRestarts: sum((host) => host.restarts),
    reconnects: Math.max(0, seen.reconnects - cameras),
    clips: seen.clips,
    events: seen.events,
  };
}

const ownRss = (): number => {
  const pages = Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[1]);
  return Math.round((pages * 4096) / MIB);
};

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The first tenth is warm-up. After it, the medians of the first and the last quarter are compared. */
function report(samples: Sample[], failures: number, cameras: number, minutes: number): BenchResult[] {
  const steady = samples.slice(Math.ceil(samples.length / 10));
  const quarter = Math.max(1, Math.floor(steady.length / 4));
  const first = steady.slice(0, quarter);
  const last = steady.slice(-quarter);
  const name = `${cameras} cameras, ${minutes} min`;
  const growth = (of: (sample: Sample) => number, metric: string, unit: string): BenchResult => {
    const before = median(first.map(of));
    const after = median(last.map(of));
    return {
      name,
      metric,
      value: after,
      unit,
      versus: 'first quarter after warm-up',
      ratio: after / Math.max(1, before),
    };
  };
  const final = samples.at(-1);
  return [
    growth((sample) => sample.engineRssMiB, 'engine RSS', 'MiB'),
    growth((sample) => sample.engineFds, 'engine descriptors', ''),
    growth((sample) => sample.hostsRssMiB, 'hosts RSS', 'MiB'),
    growth((sample) => sample.hostsFds, 'hosts descriptors', ''),
    { name, metric: 'reconnects', value: final?.reconnects ?? 0, unit: '' },
    { name, metric: 'clips', value: final?.clips ?? 0, unit: '' },
    { name, metric: 'failed clips', value: failures, unit: '' },
  ];
}
