import { availableParallelism } from 'node:os';
import type { HostStats } from '../../bridge/types.js';
import type { Clock } from '../core/clock.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import { type Headroom, headroomBetween, type Usage } from './headroom.js';
import { mainThreadSeconds, processorSeconds } from './used-time.js';

/** What is measured over less says little. */
const LEAST_SECONDS = 10;

export interface HeadroomSources {
  clock: Pick<Clock, 'monotonic'>;
  /** Cameras whose media arrives. */
  cameras(): number;
  hosts(): readonly HostStats[];
}

/** Looks at what is used each time it is asked, and tells of the time since it looked before. */
export class HeadroomMeter {
  readonly #sources: HeadroomSources;
  #before: Usage | undefined;
  #last: Headroom | undefined;

  constructor(sources: HeadroomSources) {
    this.#sources = sources;
  }

  /** Undefined when asked for the first time, and without cameras. */
  read(): Headroom | undefined {
    const before = this.#before;
    const at = this.#sources.clock.monotonic() / MICROS_PER_SECOND;
    if (before && at - before.at < LEAST_SECONDS) return this.#last;
    const now = this.#usage(at);
    this.#before = now;
    const machine = { processors: availableParallelism(), freeMemory: process.availableMemory() };
    this.#last = before && headroomBetween(before, now, this.#sources.cameras(), machine);
    return this.#last;
  }

  #usage(at: number): Usage {
    const hosts = this.#sources.hosts();
    return {
      at,
      mainThread: mainThreadSeconds(),
      ...processorSeconds(hosts),
      memory: hosts.reduce((sum, { rssBytes }) => sum + rssBytes, process.memoryUsage.rss()),
    };
  }
}
