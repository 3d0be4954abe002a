import { readdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../core/clock.js';
import { MICROS_PER_SECOND, millis } from '../core/time.js';
import { readOne } from './metric-families.js';
import type { MetricRegistry } from './metric-text.js';

/** How long an answer of the system is cached: asking takes longer than all other metrics together. */
const FRESH = millis(1000);

/** The engine's own process and the data folder's disk. */
export class ProcessMetrics {
  readonly #delay: IntervalHistogram;

  constructor(registry: MetricRegistry, clock: Clock, dataDir: string | undefined) {
    const startedAt = clock.utc() / MICROS_PER_SECOND - process.uptime();
    // Last of what can fail: it holds a timer of the system.
    this.#delay = monitorEventLoopDelay({ resolution: 20 });
    this.#delay.enable();
    const memory = cached(clock, () => process.memoryUsage());
    readOne('gauge', registry, 'process_resident_memory_bytes', 'Memory of the engine process.', () => memory().rss);
    readOne('gauge', registry, 'nodejs_heap_size_used_bytes', 'JavaScript heap in use.', () => memory().heapUsed);
    readOne(
      'counter',
      registry,
      'process_cpu_seconds_total',
      'CPU time of the engine process, user and system.',
      () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
    );
    readOne(
      'gauge',
      registry,
      'process_open_fds',
      'Open file descriptors of the engine process.',
      cached(clock, countFds),
    );
    readOne(
      'gauge',
      registry,
      'process_start_time_seconds',
      'Start of the engine process, Unix time.',
      () => startedAt,
    );
    readOne(
      'gauge',
      registry,
      'nodejs_eventloop_lag_p99_seconds',
      'Delay of the main thread since the last look, p99. Looks within a second are one.',
      // One look for all who look within a second: the first would leave next to nothing for the others.
      cached(clock, () => {
        const p99 = this.#delay.percentile(99) / 1e9;
        this.#delay.reset();
        return p99;
      }),
    );
    if (dataDir === undefined) return;
    readOne('gauge', registry, 'sluice_data_free_bytes', 'Free space on the disk of the data folder.', () =>
      freeBytes(dataDir),
    );
  }

  close(): void {
    this.#delay.disable();
  }
}

const cached = <T>(clock: Clock, read: () => T): (() => T) => {
  let last: { value: T; until: number } | undefined;
  return () => {
    const now = clock.monotonic();
    if (last === undefined || now >= last.until) last = { value: read(), until: now + FRESH };
    return last.value;
  };
};

const countFds = (): number | undefined => {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return undefined; // not a system with /proc
  }
};

const freeBytes = async (dataDir: string): Promise<number | undefined> => {
  try {
    const { bavail, bsize } = await statfs(dataDir);
    return bavail * bsize;
  } catch {
    return undefined; // a disk that is gone must not keep the other metrics from being read
  }
};
