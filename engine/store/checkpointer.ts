import { Worker } from 'node:worker_threads';
import type { Logger } from '../core/log.js';

/** A store that is open for less than this, as in most commands and tests, needs no thread. */
const START_AFTER_MS = 3000;

/**
 * Keeps the fsyncs of SQLite's checkpoints off the main thread. If the thread cannot run, SQLite checkpoints in a
 * commit once enough pages have piled up (`wal_autocheckpoint`): slower, but as safe.
 *
 * @returns the way to stop
 */
export const startCheckpointer = (file: string, log: Logger | undefined): (() => void) => {
  let worker: Worker | undefined;
  const start = (): void => {
    worker = new Worker(workerUrl(), {
      workerData: file,
      // Not the flags of the main program, which may be those of a test runner or a profiler.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    });
    worker.unref();
    worker.on('message', (problem) => log?.warn({ problem }, 'the database could not be checkpointed; trying again'));
    worker.on('error', (error) => log?.warn({ err: error }, 'the checkpoint thread has ended'));
  };
  const timer = setTimeout(start, START_AFTER_MS);
  timer.unref();
  return () => {
    clearTimeout(timer);
    worker?.postMessage('stop');
  };
};

/** Always the built file: Node 20 cannot start a thread from TypeScript. */
const workerUrl = (): URL => {
  const fromSource = import.meta.url.endsWith('.ts');
  return new URL(
    fromSource ? '../../dist/engine/store/checkpoint-worker.js' : './checkpoint-worker.js',
    import.meta.url,
  );
};
