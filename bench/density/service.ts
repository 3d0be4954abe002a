import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { samplesOf } from '../common/metric-samples.js';
import { TOPOLOGY_NAME } from '../common/topology.js';
import { ended, pidOf, spawned } from './spawned.js';

/** `sluice serve` in a process of its own, and the way to talk to it: what a user runs, nothing of the benchmark inside. */
export interface Service {
  readonly url: string;
  readonly pid: number;
  /** Its data folder. */
  readonly data: string;
  invoke(method: string, payload: object): Promise<void>;
  /** A message on a hub input, for one live pipeline. */
  message(input: string, pipeline: string): Promise<void>;
  /** Sums of the metric families over all their labels, by name. */
  metrics(): Promise<Map<string, number>>;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;
const POLL_MS = 50;

const commandLine = fileURLToPath(new URL('../../engine/cli/main.js', import.meta.url));

export const startServe = async (
  dir: string,
  execArgv: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Service> => {
  const data = join(dir, 'data');
  const args = ['serve', '--data', data, '--http', '127.0.0.1:0'];
  const child = spawned(process.execPath, [...execArgv, commandLine, ...args], dir, 'serve', env);
  const url = await listening(child, join(dir, 'serve.log'));
  const request = async (path: string, body?: object): Promise<string> => {
    const answer = await fetch(`${url}${path}`, {
      ...(body ? { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return text;
  };
  return {
    url,
    pid: pidOf(child),
    data,
    invoke: async (method, payload) => {
      await request(`/methods/${method}`, payload);
    },
    message: async (input, pipeline) => {
      await request(`/inputs/${input}?pipeline=${pipeline}`, {});
    },
    metrics: async () => sumFamilies(await request('/metrics')),
    stop: () => ended(child, 'SIGTERM'),
  };
};

/** Sets the topology, and one live pipeline per camera, all active. */
export const activateAll = async (service: Service, topology: object, urls: readonly string[]): Promise<void> => {
  await service.invoke('pipelineTopologySet', topology);
  for (const [index, value] of urls.entries()) {
    const name = pipelineName(index);
    const parameters = [{ name: 'rtspUrl', value }];
    await service.invoke('livePipelineSet', { name, properties: { topologyName: TOPOLOGY_NAME, parameters } });
  }
  await Promise.all(urls.map((_, index) => service.invoke('livePipelineActivate', { name: pipelineName(index) })));
};

export const pipelineName = (index: number): string => `camera-${index + 1}`;

/** Prometheus text to one number per family; buckets are left out. */
export const sumFamilies = (text: string): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const { name, value } of samplesOf(text)) {
    if (!name.endsWith('_bucket')) sums.set(name, (sums.get(name) ?? 0) + value);
  }
  return sums;
};

const listening = async (child: ChildProcess, log: string): Promise<string> => {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const text = readFileSync(log, 'utf8');
    const url = /listening on (http:\/\/[^\s"]+)/.exec(text)?.[1];
    if (url) return url;
    try {
      pidOf(child);
    } catch (error) {
      throw new Error(`${String(error)}\n${text.slice(-2000)}`);
    }
    if (performance.now() > deadline) throw new Error(`the engine did not start in time:\n${text.slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};
