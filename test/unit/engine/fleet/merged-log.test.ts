import { mkdirSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../../../engine/configuration.js';
import { silentLogger } from '../../../../engine/core/log.js';
import { MergedLog } from '../../../../engine/fleet/merged-log.js';
import { secretOf } from '../../../../engine/store/secrets.js';
import { openJournal, publishMany } from '../../../kit/event-journal.js';
import { FakeClock } from '../../../kit/fake-clock.js';
import { tempDir } from '../../../kit/temp-dir.js';

const open = (dataDir: string): MergedLog => {
  const { config } = loadConfig({ env: {}, overrides: { dataDir, engines: 2 } });
  const merged = MergedLog.open({ config, clock: new FakeClock(), log: silentLogger() });
  onTestFinished(() => merged.close());
  return merged;
};

describe('the log of the front', () => {
  it('goes on with the log of the engine that was alone before', async () => {
    const dir = tempDir();
    const engine = openJournal({ dir });
    const ids = publishMany(engine.journal, 5);
    await engine.journal.flush();
    engine.journal.saveCursor('mqtt', 3);
    const secret = secretOf(engine.db, 'browser sessions');
    await engine.close();

    const merged = open(dir);
    expect(merged.journal.read(0, 10).map(({ record }) => [record.seq, record.id])).toEqual(
      ids.map((id, index) => [index + 1, id]),
    );
    expect([
      merged.startSeq,
      merged.journal.cursor('mqtt'),
      merged.merge.position(1),
      merged.merge.position(2),
    ]).toEqual([5, 3, 5, 0]);
    expect(merged.secret('browser sessions')).toEqual(secret);
    expect(merged.checks()).toEqual({ dataFolder: 'ok', eventLog: 'ok' });
    const again = openJournal({ dir });
    expect(again.journal.lastSeq).toBe(5);
  });

  it('begins anew where there was none, and calls those who follow it with the last events as well', async () => {
    const dir = tempDir();
    mkdirSync(`${dir}/media`);
    const merged = open(dir);
    const seen: number[] = [];
    merged.follow(({ seq }) => void seen.push(seq));
    publishMany(merged.journal, 2);
    await merged.close();
    expect([merged.startSeq, seen]).toEqual([0, [1, 2]]);
  });
});
