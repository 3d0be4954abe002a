import { availableParallelism, cpus } from 'node:os';
import type { HostStats } from '../../bridge/types.js';
import type { Clock } from '../core/clock.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import { mainThreadSeconds, processorSeconds } from './used-time.js';

/** Shares from 0 to 1, each of the time since the same was asked for before; 0 at first. */
export interface LoadSource {
  /** Of the time of the main thread, in which it had something to do. */
  mainThread(): number;
  /** Of the processors: of all there are, whoever uses them, or of those that are ours, if that is more. */
  processors(): number;
}

interface MachineLoadSources {
  clock: Pick<Clock, 'monotonic'>;
  hosts(): readonly HostStats[];
}

/** How busy the machine is. */
export class MachineLoad implements LoadSource {
  readonly #sources: MachineLoadSources;
  #thread: { at: number; used: number } | undefined;
  #processors: { at: number; ours: number; everybody: number } | undefined;

  constructor(sources: MachineLoadSources) {
    this.#sources = sources;
  }

  mainThread(): number {
    const [before, now] = [this.#thread, { at: this.#seconds, used: mainThreadSeconds() }];
    this.#thread = now;
    return before ? share(now.used - before.used, now.at - before.at) : 0;
  }

  processors(): number {
    const before = this.#processors;
    const now = { at: this.#seconds, ...processorSeconds(this.#sources.hosts()) };
    this.#processors = now;
    if (!before) return 0;
    const passed = now.at - before.at;
    return Math.max(
      share(now.everybody - before.everybody, passed * cpus().length),
      share(now.ours - before.ours, passed * availableParallelism()),
    );
  }

  get #seconds(): number {
    return this.#sources.clock.monotonic() / MICROS_PER_SECOND;
  }
}

/** A host that has ended takes its time with it. */
const share = (used: number, of: number): number => (of > 0 ? Math.min(1, Math.max(0, used / of)) : 0);
