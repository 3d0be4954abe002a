/**
 * Endurance: many cameras for a long time, with cameras that drop, vanish and stall, and clips all along. What grows
 * after the warm-up is a leak. The engine runs in this process, the cameras in another.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine, type PipelineTopology } from '../../engine/index.js';
import { startSimulator } from '../../engine/simulator/index.js';
import type { BenchOptions, BenchResult } from '../common/result.js';
import { record, TOPOLOGY_NAME } from '../common/topology.js';
import { csvOf, panelsOf, resultsOf, type Sample, takeSample } from './figures.js';
import { plotSvg } from './plot.js';

const SAMPLE_MS = 15_000;
const FAULT_MS = 9_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * `--minutes N` (60, with --quick 3), `--cameras N` (16), `--samples FILE`: one JSON line per sample is appended there.
 * `--plot FILE`: the series as an SVG picture, and as CSV in a file of the same name next to it.
 */
export async function run({ quick, args }: BenchOptions): Promise<BenchResult[]> {
  const minutes = Number(args.get('minutes') ?? (quick ? 3 : 60));
  const count = Number(args.get('cameras') ?? 16);
  const file = args.get('samples');
  const plot = args.get('plot');
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
    const recording = record({ decodePolicy: 'fps:5', preRollSeconds: 5, maximumSizeMiB: '20' });
    engine.topologies.set(recording as PipelineTopology);
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
        const sample = takeSample(engine, dataDir, (Date.now() - began) / 60_000, seen, count);
        samples.push(sample);
        if (file) appendFileSync(file, `${JSON.stringify(sample)}\n`);
      }
      await pause(500);
    }
    if (plot !== undefined) {
      writeFileSync(plot, plotSvg(panelsOf(samples)));
      writeFileSync(`${plot.replace(/\.svg$/i, '')}.csv`, csvOf(samples));
    }
    return resultsOf(samples, seen.failures, `${count} cameras, ${minutes} min`);
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
