/** How many more cameras of the same kind the machine would take, from what those cost that it has. */

/** What has been used up to a moment. All but the memory only grow. */
export interface Usage {
  /** Seconds of a steady clock. */
  at: number;
  /** Seconds in which the main thread had something to do. */
  mainThread: number;
  /** Seconds of processors, of the engine's process and its hosts. */
  ours: number;
  /** The same of all programs on the machine, idle time aside. */
  everybody: number;
  /** Bytes of memory, of the engine's process and its hosts. */
  memory: number;
}

/** What there is. */
export interface Machine {
  processors: number;
  /** Bytes that are free for us. */
  freeMemory: number;
}

type Bottleneck = 'mainThread' | 'processors' | 'memory';

/** Cameras that would still fit, as far as each of these goes. */
export type Headroom = Readonly<Record<Bottleneck, number>>;

/** More of it is never planned with: load comes in waves, and what arrives in one must not wait for the next. */
const MOST_BUSY: Readonly<Record<Exclude<Bottleneck, 'memory'>, number>> = { mainThread: 0.7, processors: 0.8 };
/** What stays free. */
const SPARE_MEMORY = 0.2;

/** Nothing costs less: it is what could not be measured. */
const LEAST_COST = 1e-6;
const ROUNDING = 1e-6;

/**
 * Undefined while there is no camera to go by. An estimate: new cameras may be of another kind, more may move in front of them, and a
 * machine whose clock or caches are shared slows down before it is full.
 */
export const headroomBetween = (before: Usage, now: Usage, cameras: number, machine: Machine): Headroom | undefined => {
  const seconds = now.at - before.at;
  if (cameras < 1 || seconds <= 0) return undefined;
  const share = (key: 'mainThread' | 'ours' | 'everybody') => Math.max(0, now[key] - before[key]) / seconds;
  const fits = (free: number, each: number) => Math.max(0, Math.floor(free / Math.max(each, LEAST_COST) + ROUNDING));
  return {
    mainThread: fits(MOST_BUSY.mainThread - share('mainThread'), share('mainThread') / cameras),
    processors: fits(MOST_BUSY.processors * machine.processors - share('everybody'), share('ours') / cameras),
    memory: fits(machine.freeMemory * (1 - SPARE_MEMORY), now.memory / cameras),
  };
};
