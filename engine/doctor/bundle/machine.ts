import { readFileSync, statfsSync } from 'node:fs';
import { cpus, freemem, loadavg, release, totalmem, uptime } from 'node:os';
import { nearestExisting } from '../examine.js';

/** The machine and what runs on it, without names of hosts and users. */
export const machine = (version: string, dataDir: string): Record<string, unknown> => {
  const processors = cpus();
  const disk = statfsSync(nearestExisting(dataDir));
  return {
    sluice: version,
    node: process.version,
    modules: process.versions.modules,
    napi: process.versions.napi,
    architecture: process.arch,
    system: system(),
    kernel: release(),
    processors: { count: processors.length, model: processors[0]?.model.trim() },
    memory: { total: totalmem(), free: freemem() },
    load: loadavg(),
    uptimeSeconds: Math.round(uptime()),
    uid: process.getuid?.(),
    dataDisk: { bytes: disk.blocks * disk.bsize, free: disk.bavail * disk.bsize, type: `0x${disk.type.toString(16)}` },
    limits: readLines('/proc/self/limits'),
    memoryOfControlGroup: read('/sys/fs/cgroup/memory.max'),
    processorOfControlGroup: read('/sys/fs/cgroup/cpu.max'),
  };
};

const system = (): string | undefined => /^PRETTY_NAME="?([^"\n]*)/m.exec(read('/etc/os-release') ?? '')?.[1];

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
};

const readLines = (path: string): string[] | undefined =>
  read(path)
    ?.split('\n')
    .map((line) => line.replace(/ {2,}/g, '  '));
