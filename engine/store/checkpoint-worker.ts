/**
 * A thread that copies committed pages from the write-ahead log into the database file. That ends in two fsyncs, which
 * can take very long on a disk that is busy with recordings; the main thread must not wait for them.
 */
import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { openSqlite } from './sqlite-driver.js';

/** Pages of 4 KiB that must have piled up to be worth two fsyncs. */
const ENOUGH_PAGES = 1000;
const LOOK_MS = 1000;

const { file, dev, ino } = workerData as { file: string; dev: number; ino: number };

/** The name may lead to another database by now, which is nobody's to write to. */
const requireSame = (): void => {
  const now = statSync(file);
  if (now.dev !== dev || now.ino !== ino) throw new Error('the database file has been replaced');
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
  parentPort?.removeAllListeners();
  db.close();
});
