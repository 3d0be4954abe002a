/**
 * A thread that copies committed pages from the write-ahead log into the database file. That ends in two fsyncs, which
 * can take very long on a disk that is busy with recordings; the main thread must not wait for them.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { openSqlite } from './sqlite-driver.js';

/** Pages of 4 KiB that must have piled up to be worth two fsyncs. */
const ENOUGH_PAGES = 1000;
const LOOK_MS = 1000;

const db = openSqlite(String(workerData), { fileMustExist: true, timeout: 0 });

const look = (): void => {
  try {
    const [state] = db.pragma('wal_checkpoint(NOOP)') as Array<{ log: number; checkpointed: number }>;
    if (state && state.log - state.checkpointed >= ENOUGH_PAGES) db.pragma('wal_checkpoint(PASSIVE)');
  } catch (error) {
    // A full disk, mostly. The next round tries again; until then the write-ahead log grows.
    parentPort?.postMessage(error instanceof Error ? error.message : String(error));
  }
};

const timer = setInterval(look, LOOK_MS);
parentPort?.once('message', () => {
  clearInterval(timer);
  db.close();
});
