/** Time of the main thread and of processors that has been used since the start. It only grows; in seconds. */
import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { HostStats } from '../../bridge/types.js';

/** In which the main thread had something to do. */
export const mainThreadSeconds = (): number => performance.eventLoopUtilization().active / 1000;

/** Of the engine's process and its hosts, and of all programs on the machine. */
export const processorSeconds = (
  hosts: readonly Pick<HostStats, 'cpuSeconds'>[],
): { ours: number; everybody: number } => {
  const { user, system } = process.cpuUsage();
  return {
    ours: hosts.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, (user + system) / 1e6),
    everybody: cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000,
  };
};
