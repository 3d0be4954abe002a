import { basename } from 'node:path';
import { recordOnMotion } from '../common/topology.js';
import { argumentsOf, descendantsOf } from './processes.js';
import { activateAll, startServe } from './service.js';
import type { Running, Subject } from './subject.js';

export interface SluiceOptions {
  decodePolicy: string;
  preRollSeconds: number;
}

const CONFINING = new Set(['sh', 'bwrap', 'setpriv']);

/** Counters of the engine that show what it did. */
const COUNTERS = {
  units: 'sluice_units_total',
  judged: 'sluice_frames_judged_total',
  dropped: 'sluice_frames_dropped_total',
} as const;

export const sluice = (name: string, options: SluiceOptions): Subject => ({
  name,
  missing: () => undefined,
  start: async (urls, dir): Promise<Running> => {
    const service = await startServe(dir);
    await activateAll(service, recordOnMotion(options), urls);
    return {
      // All decoders give pictures.
      settled: async () => {
        const judged = async () => (await service.metrics()).get(COUNTERS.judged) ?? 0;
        while ((await judged()) < urls.length) await new Promise((resolve) => setTimeout(resolve, 250));
      },
      processes: () => {
        const groups = new Map<string, number[]>([['engine', [service.pid]]]);
        for (const pid of descendantsOf(service.pid)) {
          const role = roleOf(argumentsOf(pid));
          groups.set(role, [...(groups.get(role) ?? []), pid]);
        }
        return groups;
      },
      work: async () => {
        const metrics = await service.metrics();
        return new Map(Object.entries(COUNTERS).map(([key, family]) => [key, metrics.get(family) ?? 0]));
      },
      stop: () => service.stop(),
    };
  },
});

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
