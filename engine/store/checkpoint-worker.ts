/**
 * A thread that copies committed pages from the write-ahead log into the database file. That ends in two fsyncs, which
 * can take very long on a disk that is busy with recordings; the main thread must not wait for them.
 */
import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckpointWork } from './checkpointer.js';
import { openSqlite } from './sqlite-driver.js';

/** Pages of 4 KiB that must have piled up to be worth two fsyncs. */
const ENOUGH_PAGES = 1000;
const LOOK_MS = 1000;

const { file, known } = workerData as CheckpointWork;

/**
 * The names may lead to other files by now: to a database that is nobody's to write to, or to a new write-ahead log
 * beside the one that the main thread writes.
 */
const requireSame = (): void => {
  for (const { path, dev, ino } of known) {
    const now = statSync(path);
    if (now.dev !== dev || now.ino !== ino) throw new Error(`${path} has been replaced`);
  }
};

requireSame();
const db = openSqlite(file, { fileMustExist: true, timeout: 0 });
requireSame();

const attempt = (work: () => void): void => {
  try {
    work();
  } catch (error) {
    // A full disk, mostly. The next round tries again; until then the write-ahead log grows.
    parentPort?.postMessage({ problem: error instanceof Error ? error.message : String(error) });
  }
};

const checkpoint = (): void => void db.pragma('wal_checkpoint(PASSIVE)');

const look = (): void => {
  const [state] = db.pragma('wal_checkpoint(NOOP)') as Array<{ log: number; checkpointed: number }>;
  if (state && state.log - state.checkpointed >= ENOUGH_PAGES) checkpoint();
};

const timer = setInterval(() => attempt(look), LOOK_MS);
parentPort?.on('message', (order: 'checkpoint' | 'stop') => {
  if (order === 'checkpoint') {
    attempt(checkpoint);
    parentPort?.postMessage({ done: true });
    return;
  }
  clearInterval(timer);
  parentPort?.close();
  db.close();
});
