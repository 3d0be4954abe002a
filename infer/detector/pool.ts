import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Piscina } from 'piscina';
import { BadRequest } from '../bad-request.js';
import type { Found } from './found.js';
import type { Job, Outcome } from './worker.js';

/** Pictures that may wait for each thread: what is asked later than two seconds is not worth an answer. */
const WAITING_PER_THREAD = 6;

/** Threads with a model each. TensorFlow.js' own threads do not work in Node.js. */
export class DetectorPool {
  readonly #workers: Piscina<Job, Outcome>;
  readonly #threads: number;

  constructor(threads: number) {
    this.#threads = threads;
    const compiled = join(import.meta.dirname, 'worker.js');
    this.#workers = new Piscina<Job, Outcome>({
      // Tests load this file as it is; a thread needs the compiled one.
      filename: existsSync(compiled) ? compiled : join(import.meta.dirname, '../../dist/infer/detector/worker.js'),
      minThreads: threads,
      maxThreads: threads,
    });
  }

  /** Resolves when every thread is as fast as it will be. */
  async warmUp(): Promise<void> {
    await Promise.all(
      Array.from({ length: this.#threads }, () => this.#workers.run(undefined as never, { name: 'warmUp' })),
    );
  }

  /** Whether so many pictures wait that another would wait too long. */
  get full(): boolean {
    return this.#workers.queueSize >= WAITING_PER_THREAD * this.#threads;
  }

  /** In whole seconds, when the pictures that wait now will be done. */
  get secondsToWait(): number {
    const each = this.#workers.histogram.runTime.mean;
    return Math.max(1, Math.ceil((this.#workers.queueSize * each) / this.#threads / 1000));
  }

  /** Rejects with a `BadRequest` that says what is wrong with it. */
  async detect(job: Job): Promise<readonly Found[]> {
    const outcome = await this.#workers.run(job, { name: 'detect' });
    if ('bad' in outcome) throw new BadRequest(outcome.bad);
    return outcome.found;
  }

  /** Pictures that wait or are looked at are given up. */
  async close(): Promise<void> {
    await this.#workers.destroy();
  }
}
