import { describe, expect, it, onTestFinished } from 'vitest';
import { openDataStore } from '../../engine/store/sqlite.js';
import { tempDir } from '../kit/temp-dir.js';

describe('the thread that tidies up the database', () => {
  it('moves the write-ahead log into the file while the main thread goes on writing', async () => {
    const store = openDataStore(tempDir());
    onTestFinished(() => store.close());
    store.db.exec('CREATE TABLE t (n INTEGER PRIMARY KEY, filling TEXT)');
    const insert = store.db.prepare('INSERT INTO t (filling) VALUES (?)');
    const state = () => (store.db.pragma('wal_checkpoint(NOOP)') as Array<{ log: number; checkpointed: number }>)[0];
    for (let n = 0; n < 2000; n++) insert.run('x'.repeat(3000));
    expect(state()?.checkpointed).toBe(0);
    while ((state()?.checkpointed ?? 0) < 1000) {
      insert.run('y');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(store.db.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});
