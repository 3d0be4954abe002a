/**
 * The control plane with as many live pipelines as there may be, part of them active on cameras that do not answer.
 * Clients are other processes' work in real life, so they are here: the engine runs as `sluice serve` by itself.
 *
 * `--pipelines 1000 --active 200 --seconds 20 --clients 4`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numberOf } from '../common/numbers.js';
import type { BenchOptions, BenchResult } from '../common/result.js';
import { record, TOPOLOGY_NAME } from '../common/topology.js';
import { cpuSecondsOf, type Served, serve, serveNothing } from './serve.js';
import { type SilentCameras, silentCameras } from './silent-cameras.js';

/** Pause of a client between an answer and its next question, in ms. */
const THINK_MS = 5;

const topology = record({ decodePolicy: 'fps:5', preRollSeconds: 5 });

/** Latencies in ms, by what was asked. */
type Latencies = Map<string, number[]>;

export async function run({ quick, args }: BenchOptions): Promise<BenchResult[]> {
  const pipelines = numberOf(args, 'pipelines') ?? 1000;
  const active = numberOf(args, 'active') ?? 200;
  const seconds = numberOf(args, 'seconds') ?? (quick ? 5 : 20);
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const cameras = await silentCameras();
  const bare = await serveNothing();
  let served: Served | undefined;
  try {
    served = await serve(dataDir);
    const client = new Client(served.url);
    await client.call('pipelineTopologySet', topology);
    const setting: Latencies = new Map();
    for (let n = 0; n < pipelines; n++)
      await timed(setting, 'livePipelineSet', () => client.call('livePipelineSet', live(n, cameras)));
    for (let n = 0; n < 200; n++) await timed(setting, 'livePipelineList', () => client.call('livePipelineList', {}));
    for (let n = 0; n < active; n++) {
      await timed(setting, 'livePipelineActivate', () => client.call('livePipelineActivate', { name: nameOf(n) }));
    }
    const loaded: Latencies = new Map();
    const cpuBefore = cpuSecondsOf(served.pid);
    const began = performance.now();
    const until = began + seconds * 1000;
    const url = served.url;
    const floor: Latencies = new Map();
    const floorWatch = askNothing(new Client(bare.url), until, floor);
    await Promise.all(
      Array.from({ length: numberOf(args, 'clients') ?? 4 }, (_, index) =>
        ask(new Client(url), { index, until, pipelines, active, cameras, latencies: loaded }),
      ),
    );
    await floorWatch;
    const cpu = (cpuSecondsOf(served.pid) - cpuBefore) / ((performance.now() - began) / 1000);
    const stopping: Latencies = new Map();
    for (let n = 0; n < active; n++) {
      await timed(stopping, 'livePipelineDeactivate', () => client.call('livePipelineDeactivate', { name: nameOf(n) }));
    }
    client.close();
    return [
      ...summary(`${pipelines} set, one after the other`, setting),
      ...summary(`${pipelines} set, ${active} active`, loaded),
      ...summary('bare HTTP server, meanwhile', floor),
      ...summary(`${active} stopped`, stopping),
      { name: `${pipelines} set, ${active} active`, metric: 'cpu', value: cpu, unit: 'cores' },
      { name: 'cameras that do not answer', metric: 'connections', value: cameras.connections(), unit: '' },
    ];
  } finally {
    await served?.stop();
    await bare.stop();
    await cameras.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface Asking {
  index: number;
  until: number;
  pipelines: number;
  active: number;
  cameras: SilentCameras;
  latencies: Latencies;
}

/** One client: what programs ask of a control plane, over and over, on one connection. */
async function ask(client: Client, { index, until, pipelines, active, cameras, latencies }: Asking): Promise<void> {
  // Each client changes inactive pipelines of its own and restarts active ones of its own.
  for (let round = 0; performance.now() < until; round++) {
    const idle = active + ((round * 7 + index * 101) % Math.max(1, pipelines - active));
    const running = (round * 4 + index) % active;
    const calls: Array<[name: string, call: () => Promise<void>]> = [
      ['livePipelineList', () => client.call('livePipelineList', {})],
      ['livePipelineGet', () => client.call('livePipelineGet', { name: nameOf(running) })],
      ['livePipelineSet', () => client.call('livePipelineSet', live(idle, cameras))],
      ['pipelineTopologySet', () => client.call('pipelineTopologySet', topology)],
      ['livePipelineActivate', () => client.call('livePipelineActivate', { name: nameOf(running) })],
      ['GET /metrics', () => client.get('/metrics')],
      ['GET /events', () => client.get('/events?since=0&limit=100')],
    ];
    for (const [name, call] of calls) {
      await timed(latencies, name, call);
      await new Promise((later) => setTimeout(later, THINK_MS));
    }
  }
  client.close();
}

async function askNothing(client: Client, until: number, latencies: Latencies): Promise<void> {
  while (performance.now() < until) {
    await timed(latencies, 'POST', () => client.call('nothing', {}));
    await new Promise((later) => setTimeout(later, THINK_MS));
  }
  client.close();
}

async function timed(latencies: Latencies, name: string, call: () => Promise<void>): Promise<void> {
  const began = performance.now();
  await call();
  const list = latencies.get(name) ?? [];
  list.push(performance.now() - began);
  latencies.set(name, list);
}

function summary(name: string, latencies: Latencies): BenchResult[] {
  const methods = [...latencies].filter(([call]) => !call.startsWith('GET'));
  const all = methods.length > 1 ? [['all methods', methods.flatMap(([, values]) => values)] as const] : [];
  return [...latencies, ...all].flatMap(([call, values]) => {
    const sorted = [...values].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
    const result = (what: string, value: number): BenchResult => ({
      name,
      metric: `${call} ${what}`,
      value,
      unit: 'ms',
    });
    return [result('p50', at(0.5)), result('p99', at(0.99)), result('max', sorted.at(-1) ?? Number.NaN)];
  });
}

const nameOf = (n: number): string => `camera-${n}`;

const live = (n: number, cameras: SilentCameras): object => ({
  name: nameOf(n),
  properties: { topologyName: TOPOLOGY_NAME, parameters: [{ name: 'rtspUrl', value: cameras.url(n) }] },
});

/** One connection that stays open. */
class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  call(method: string, payload: object): Promise<void> {
    return this.#send('POST', `/methods/${method}`, JSON.stringify({ '@apiVersion': '1.1', ...payload }));
  }

  get(path: string): Promise<void> {
    return this.#send('GET', path, '');
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, body: string): Promise<void> {
    return new Promise((done, failed) => {
      const sent = request(`${this.#base}${path}`, { method, agent: this.#agent }, (answer) => {
        answer.resume();
        answer.on('error', failed);
        answer.on('end', () => {
          if ((answer.statusCode ?? 500) < 300) done();
          else failed(new Error(`${method} ${path}: ${answer.statusCode}`));
        });
      });
      sent.on('error', failed);
      sent.end(body);
    });
  }
}
