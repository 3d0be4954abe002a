/** What a run was measured on: the machine, and what else it had to do. */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ProgramName } from '../common/definition.js';
import { versionOf } from '../common/programs.js';
import { MICROS_PER_TICK, readMachineTicks } from '../density/processes.js';
import { watchFamily } from './family-time.js';

export interface Machine {
  cpu: string;
  cores: number;
  memoryMiB: number;
  node: string;
  platform: string;
  os?: string;
  /** Version of Sluice. */
  sluice?: string;
  /** Versions of other programs; null if one is not installed. */
  programs?: Partial<Record<ProgramName, string | null>>;
}

/** Shares of all processors' time, from 0 to 1. */
export interface Load {
  /** Taken by programs that do not belong to the benchmark. */
  others: number;
  /** Taken by the host of a virtual machine. */
  stolen: number;
}

const osName = (): string => {
  try {
    const name = /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform;
    return `${name}, kernel ${release()}`;
  } catch {
    return `${process.platform} ${release()}`;
  }
};

/** From the sources, package.json is two folders up, from dist/ three. */
const sluiceVersion = (): string => {
  const path = import.meta.url.includes('/dist/') ? '../../../package.json' : '../../package.json';
  return (JSON.parse(readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8')) as { version: string })
    .version;
};

/** @param programs those whose versions matter */
export const machine = (programs: readonly ProgramName[]): Machine => {
  const names = [...new Set<ProgramName>(['gst-launch', ...programs])];
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryMiB: Math.round(totalmem() / 1024 / 1024),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    os: osName(),
    sluice: sluiceVersion(),
    programs: Object.fromEntries(names.map((name) => [name, versionOf(name) ?? null])),
  };
};

/** Begins to watch; what is returned ends it, and says how busy the machine was with other things. */
export const watchLoad = (): (() => Load) => {
  const from = readMachineTicks();
  const family = watchFamily();
  return () => {
    const to = readMachineTicks();
    const all = Math.max(1, to.all - from.all);
    const own = family() / MICROS_PER_TICK;
    // Interrupts are left out: most of them are for our own traffic.
    return {
      others: Math.min(1, Math.max(0, (to.work - from.work - own) / all)),
      stolen: Math.min(1, Math.max(0, (to.stolen - from.stolen) / all)),
    };
  };
};

const LOOK_MS = 2000;

/** How busy the machine is while nothing is measured, and its load average of the last minute. */
export const loadBefore = async (): Promise<Load & { average: number }> => {
  const until = watchLoad();
  await pause(LOOK_MS);
  return { ...until(), average: loadavg()[0]! };
};
