import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Logger } from '../core/log.js';

/** A store that is open for less than this, as in most commands and tests, needs no thread. */
const START_AFTER_MS = 3000;

/** What the thread is given: the database, and the files that it must still find. */
export interface CheckpointWork {
  file: string;
  known: Array<{ path: string; dev: number; ino: number }>;
}

export interface Checkpointer {
  /** Everything that is committed goes into the database file, as soon as the disk allows. Does not wait for it. */
  request(): void;
  stop(): void;
}

/**
 * Keeps the fsyncs of SQLite's checkpoints off the main thread. If the thread cannot run, SQLite checkpoints in a
 * commit once enough pages have piled up (`wal_autocheckpoint`): slower, but as safe.
 */
export const startCheckpointer = (file: string, log: Logger | undefined): Checkpointer => {
  const known = [file, `${file}-wal`].map((path) => {
    const { dev, ino } = statSync(path);
    return { path, dev, ino };
  });
  let worker: Worker | undefined;
  let stopped = false;
  /** Requests that come while one is under way are one more. */
  let requests: 'none' | 'one' | 'more' = 'none';
  const start = (): Worker => {
    clearTimeout(timer);
    const started = new Worker(workerUrl(), {
      workerData: { file, known } satisfies CheckpointWork,
      // Not the flags of the main program, which may be those of a test runner or a profiler.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    });
    started.on('message', (told: { problem: string } | { done: true }) => {
      if ('problem' in told) log?.warn(told, 'the database could not be checkpointed; trying again');
      else onDone();
    });
    started.on('error', (error) => {
      // It has only just begun, and the database is closed.
      if (!stopped) log?.warn({ err: error }, 'the checkpoint thread has ended');
    });
    // The next request starts another: the folder may have been away for a while.
    started.on('exit', () => {
      worker = undefined;
      requests = 'none';
    });
    // Not before: a listener for messages makes the thread keep the process alive.
    started.unref();
    worker = started;
    return started;
  };
  const timer = setTimeout(start, START_AFTER_MS);
  timer.unref();
  const request = (): void => {
    if (requests === 'none') (worker ?? start()).postMessage('checkpoint');
    requests = requests === 'none' ? 'one' : 'more';
  };
  const onDone = (): void => {
    const again = requests === 'more';
    requests = 'none';
    if (again) request();
  };
  return {
    request,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      worker?.postMessage('stop');
    },
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
