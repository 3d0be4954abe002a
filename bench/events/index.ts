import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchResult } from '../common/result.js';
import type { FromClients, FromServer, Load, Received, ServerKind, ToClients, ToServer } from './types.js';

/**
 * Fan-out of events over WebSocket: the engine's log and event socket beside a bare ws broadcast that keeps nothing, one
 * after the other, with the subscribers in a process of their own on the same machine.
 */

const LOADS: Load[] = [
  { subscribers: 1000, eventsPerSecond: 20, seconds: 20 },
  { subscribers: 10, eventsPerSecond: 2000, seconds: 20 },
];

/** Events as fast as they go, to ten subscribers. */
const FLOOD = { subscribers: 10, events: 40_000 };

interface Outcome {
  received: Received;
  cpuMicros: number;
  rssBytes: number;
}

const start = (file: string, args: string[] = []): ChildProcess =>
  fork(fileURLToPath(new URL(file, import.meta.url)), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

const ask = <From extends { kind: string }, K extends From['kind']>(
  child: ChildProcess,
  message: ToServer | ToClients | undefined,
  kind: K,
): Promise<Extract<From, { kind: K }>> =>
  new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`a process of the benchmark ended with ${code}`));
    const onMessage = (answer: From) => {
      if (answer.kind !== kind) return;
      child.off('exit', onExit);
      child.off('message', onMessage);
      resolve(answer as Extract<From, { kind: K }>);
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
    if (message) child.send(message);
  });

const measure = async (kind: ServerKind, subscribers: number, work: ToServer, events: number): Promise<Outcome> => {
  const server = start('./server.js', [kind]);
  const clients = start('./clients.js');
  try {
    const { url } = await ask<FromServer, 'listening'>(server, undefined, 'listening');
    await ask<FromClients, 'connected'>(clients, { kind: 'connect', url, subscribers }, 'connected');
    // Compiled code and grown buffers for both.
    const warmUp = 200;
    await ask<FromServer, 'published'>(server, { kind: 'flood', events: warmUp }, 'published');
    await ask<FromClients, 'received'>(clients, { kind: 'await', events: warmUp, timeoutMs: 20_000 }, 'received');
    await ask<FromClients, 'forgotten'>(clients, { kind: 'reset' }, 'forgotten');
    const [published, received] = await Promise.all([
      ask<FromServer, 'published'>(server, work, 'published'),
      ask<FromClients, 'received'>(clients, { kind: 'await', events, timeoutMs: 120_000 }, 'received'),
    ]);
    return { received, cpuMicros: published.cpuMicros, rssBytes: published.rssBytes };
  } finally {
    server.kill('SIGKILL');
    clients.kill('SIGKILL');
  }
};

const compare = (name: string, ours: Outcome, bare: Outcome): BenchResult[] => {
  const versus = 'bare ws broadcast';
  const line = (metric: string, unit: string, pick: (outcome: Outcome) => number): BenchResult => {
    const value = pick(ours);
    const other = pick(bare);
    return { name, metric, value: round(value), unit, versus, ...(other > 0 ? { ratio: round(value / other) } : {}) };
  };
  return [
    { name, metric: 'delivered', value: ours.received.events, unit: 'events' },
    { name, metric: 'lost', value: ours.received.lost, unit: 'events' },
    { name, metric: 'repeated or out of order', value: ours.received.wrong, unit: 'events' },
    line('server CPU per delivery', 'µs', ({ cpuMicros, received }) => cpuMicros / received.events),
    line('latency p50', 'ms', ({ received }) => received.p50),
    line('latency p99', 'ms', ({ received }) => received.p99),
    line('server memory', 'MB', ({ rssBytes }) => rssBytes / 1e6),
  ];
};

const round = (value: number): number => Number(value.toPrecision(4));

export const run = async ({ quick }: { quick: boolean }): Promise<BenchResult[]> => {
  const results: BenchResult[] = [];
  for (const full of LOADS) {
    const load = quick ? { ...full, seconds: 4 } : full;
    const work: ToServer = { kind: 'load', load };
    const events = Math.round(load.eventsPerSecond * load.seconds);
    const bare = await measure('bare', load.subscribers, work, events);
    const ours = await measure('sluice', load.subscribers, work, events);
    results.push(...compare(`${load.subscribers} subscribers × ${load.eventsPerSecond} events/s`, ours, bare));
  }
  const events = quick ? FLOOD.events / 4 : FLOOD.events;
  const work: ToServer = { kind: 'flood', events };
  const bare = await measure('bare', FLOOD.subscribers, work, events);
  const ours = await measure('sluice', FLOOD.subscribers, work, events);
  const name = `${events} events at once to ${FLOOD.subscribers} subscribers`;
  const rate = ({ received }: Outcome) => (received.events / received.elapsedMs) * 1000;
  results.push(
    { name, metric: 'lost', value: ours.received.lost, unit: 'events' },
    {
      name,
      metric: 'deliveries per second',
      value: round(rate(ours)),
      unit: '1/s',
      versus: 'bare ws broadcast',
      ratio: round(rate(ours) / rate(bare)),
    },
  );
  return results;
};
