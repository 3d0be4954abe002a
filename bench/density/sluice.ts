import { basename } from 'node:path';
import { record } from '../common/topology.js';
import { keptBelow } from './movement.js';
import { argumentsOf, descendantsOf } from './processes.js';
import { activateAll, type Service, startServe } from './service.js';
import type { Running, Subject } from './subject.js';
import { writtenBelow } from './written.js';

export interface SluiceOptions {
  decodePolicy: string;
  preRollSeconds: number;
  /** Who takes media out of its packets. Default: as the engine has it. */
  ingest?: 'gstreamer' | 'direct';
}

const CONFINING = new Set(['sh', 'bwrap', 'setpriv']);

/** Counters of the engine that show what it did. */
const COUNTERS = {
  units: 'sluice_units_total',
  judged: 'sluice_frames_judged_total',
  dropped: 'sluice_frames_dropped_total',
} as const;
const GLANCES = 'sluice_decode_keyframes_only';
/** By then every camera in front of which nothing moves is looked at by its keyframes alone. */
const CALM_AFTER_MS = 20_000;

export const sluice = (name: string, { ingest, ...options }: SluiceOptions): Subject => ({
  name,
  missing: () => undefined,
  start: async (urls, dir): Promise<Running> => {
    const isAdaptive = options.decodePolicy.startsWith('adaptive');
    const env = ingest === undefined ? process.env : { ...process.env, SLUICE_INGEST: ingest };
    const service = await startServe(dir, [], env);
    await activateAll(service, record(options), urls);
    const records = options.decodePolicy !== 'none';
    return {
      // All cameras send, and all decoders give pictures.
      settled: async (calm) => {
        const family = records ? COUNTERS.judged : COUNTERS.units;
        const count = async (counter: string) => (await service.metrics()).get(counter) ?? 0;
        while ((await count(family)) < urls.length) await pause();
        const until = performance.now() + CALM_AFTER_MS;
        while (isAdaptive && (await count(GLANCES)) < calm && performance.now() < until) await pause();
      },
      processes: () => processesOf(service),
      work: async () => {
        const metrics = await service.metrics();
        const counted = Object.entries(COUNTERS).map(([key, family]) => [key, metrics.get(family) ?? 0] as const);
        return new Map([
          ...counted,
          ...(records ? [['bytes written', writtenBelow(service.data).bytes] as const] : []),
        ]);
      },
      stop: () => service.stop(),
      ...(records
        ? {
            videos: () => writtenBelow(service.data).videos,
            kept: (timetables, window) => keptBelow(service.data, timetables, window),
          }
        : {}),
    };
  },
});

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 250));

/** The engine and all that it has started, by what they do. */
export const processesOf = (service: Pick<Service, 'pid'>): Map<string, number[]> => {
  const groups = new Map<string, number[]>([['engine', [service.pid]]]);
  for (const pid of descendantsOf(service.pid)) {
    const role = roleOf(argumentsOf(pid));
    groups.set(role, [...(groups.get(role) ?? []), pid]);
  }
  return groups;
};

/** A bridge host carries its settings as its last argument, and so do the programs that confine it. */
export const roleOf = (argv: readonly string[]): string => {
  try {
    const { role } = JSON.parse(argv.at(-1) ?? '') as { role?: unknown };
    if (typeof role !== 'string') return 'other';
    return CONFINING.has(basename(argv[0]!)) ? 'sandbox' : `${role} host`;
  } catch {
    return 'other';
  }
};
