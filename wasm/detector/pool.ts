/**
 * The worker pool. Detectors and trackers that have a picture queue up; as soon as a worker is free it gets a share of the
 * queue as one task of slab addresses. Nothing else is sent, and the answer is read from the slabs.
 */
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { PoolTracker } from '../tracker/camera.js';
import type {
  MotionCamera,
  MotionPool,
  MotionPoolStats,
  MotionSettings,
  TrackerCamera,
  TrackerHandlers,
  TrackerPool,
  TrackerSettings,
} from '../types.js';
import { type CameraHandlers, PoolCamera } from './camera.js';
import { Gather } from './gather.js';
import { builtFile, compileKernel, createMemory, instantiateKernel, type Kernel, simdSupported } from './kernel.js';
import { Pictures } from './pictures.js';
import type { MemberPool, PoolMember } from './pool-member.js';
import { Slabs } from './slabs.js';
import type { KernelWorkerData } from './worker.js';

export interface MotionPoolOptions {
  /** Workers; default: cores − 1, at least 1. */
  threads?: number;
  /** False: the scalar build even where vectors are supported. */
  simd?: boolean;
  /** Limit of the shared memory; one 320×180 camera takes about 0.5 MiB. Default 1024. */
  maximumMemoryMiB?: number;
  /** Cameras in one task at most. Default 64; with 1 pictures are not gathered either. */
  batch?: number;
}

const DEFAULT_MAXIMUM_MIB = 1024;
const DEFAULT_BATCH = 64;
/** Least pictures of a task when several workers are free: to wake one more costs as much as judging these. */
const LEAST_SHARE = 8;

class Pool implements MotionPool, TrackerPool, MemberPool {
  readonly slabs: Slabs;
  readonly pictures: Pictures;
  readonly kernel: Kernel;
  readonly #workers: Piscina<number[], number>;
  readonly #threads: number;
  readonly #batch: number;
  readonly #gather: Gather | undefined;
  readonly #simd: boolean;
  readonly #members = new Set<PoolMember>();
  #queue: PoolMember[] = [];
  #busy = 0;
  #tasks = 0;
  #frames = 0;
  #scheduled = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: MotionPoolOptions) {
    this.#simd = options.simd ?? simdSupported();
    this.#threads = Math.max(1, Math.floor(options.threads ?? availableParallelism() - 1));
    this.#batch = Math.max(1, Math.floor(options.batch ?? DEFAULT_BATCH));
    this.#gather = this.#batch > 1 ? new Gather() : undefined;
    const maximum = (options.maximumMemoryMiB ?? DEFAULT_MAXIMUM_MIB) * 1024 * 1024;
    const module = compileKernel(this.#simd ? 'simd' : 'scalar');
    const memory = createMemory(0, maximum);
    this.slabs = new Slabs(memory, maximum);
    this.pictures = new Pictures(this.slabs);
    this.kernel = instantiateKernel(module, memory);
    this.#workers = new Piscina<number[], number>({
      filename: fileURLToPath(builtFile('detector/worker.js')),
      name: 'judgeSlabs',
      minThreads: this.#threads,
      maxThreads: this.#threads,
      atomics: 'sync',
      workerData: { module, memory } satisfies KernelWorkerData,
    });
  }

  /** Waits until the workers have loaded the kernels, so that the first pictures are not late. */
  async warmUp(): Promise<void> {
    await Promise.all(Array.from({ length: this.#threads }, () => this.#workers.run([])));
  }

  attach(settings: MotionSettings, handlers: CameraHandlers): MotionCamera {
    return this.#joined(new PoolCamera(this, settings, handlers));
  }

  attachTracker(settings: TrackerSettings, handlers: TrackerHandlers): TrackerCamera {
    return this.#joined(new PoolTracker(this, settings, handlers));
  }

  #joined<T extends PoolMember>(member: T): T {
    if (this.#closed) throw new Error('the motion pool is closed');
    this.#members.add(member);
    return member;
  }

  ready(member: PoolMember): void {
    this.#queue.push(member);
    const wait = this.#gather?.arrived(performance.now()) ?? 0;
    const full = this.#queue.length === this.#batch;
    if (this.#scheduled && !full) return;
    this.#scheduled = true;
    // Pictures that arrive in one turn of the event loop leave as one task in any case.
    if (full || wait < 1) queueMicrotask(() => this.#flush());
    else this.#timer = setTimeout(() => this.#flush(), wait);
  }

  detached(member: PoolMember): void {
    this.#members.delete(member);
    this.#queue = this.#queue.filter((other) => other !== member);
  }

  stats(): MotionPoolStats {
    return {
      cameras: this.#members.size,
      threads: this.#threads,
      memoryBytes: this.slabs.memoryBytes,
      simd: this.#simd,
      queued: this.#queue.length,
      tasks: this.#tasks,
      frames: this.#frames,
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    await Promise.all([...this.#members].map((member) => member.close()));
    await this.#workers.destroy();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#scheduled = false;
    this.#dispatch();
  }

  #dispatch(): void {
    while (this.#busy < this.#threads && this.#queue.length > 0) {
      const share = Math.max(LEAST_SHARE, Math.ceil(this.#queue.length / (this.#threads - this.#busy)));
      const members: PoolMember[] = [];
      const tasks: number[] = [];
      for (const member of this.#queue.splice(0, Math.min(share, this.#batch))) {
        const task = member.begin();
        if (task === undefined) continue;
        members.push(member);
        tasks.push(task);
      }
      if (tasks.length === 0) continue;
      this.#busy++;
      this.#tasks++;
      this.#frames += tasks.length;
      this.#workers.run(tasks).then(
        () => this.#finished(members),
        (reason: unknown) => this.#finished(members, reason instanceof Error ? reason : new Error(String(reason))),
      );
    }
  }

  #finished(members: readonly PoolMember[], error?: Error): void {
    this.#busy--;
    for (const member of members) member.end(error);
    // Pictures that came meanwhile are still being gathered, unless they fill a task already.
    if (!this.#scheduled || this.#queue.length >= this.#batch) this.#dispatch();
  }
}

/** Opens a pool; its workers have loaded the kernels when it resolves. Throws when the kernels are not built. */
export async function openMotionPool(options: MotionPoolOptions = {}): Promise<MotionPool & TrackerPool> {
  const pool = new Pool(options);
  try {
    await pool.warmUp();
  } catch (error) {
    await pool.close();
    throw error;
  }
  return pool;
}
