import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataStore } from '../../../../engine/store/sqlite.js';
import { loadDriver } from '../../../../engine/store/sqlite-driver.js';
import { modeOf, UMASKS, withUmask } from '../../../kit/modes.js';
import { tempDir } from '../../../kit/temp-dir.js';

const codeOf = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return undefined;
};

describe('data store', () => {
  it('makes the folder, and nobody else may read the file', () => {
    const store = openDataStore(join(tempDir(), 'a', 'b'));
    expect(statSync(store.file).mode & 0o777).toBe(0o600);
    expect(store.db.pragma('journal_mode', { simple: true })).toBe('wal');
    store.close();
    store.close();
  });

  it.each(UMASKS)('and everything in it are kept from other accounts, with umask %i', (umask) => {
    const dir = join(tempDir(), 'data');
    withUmask(umask);
    const store = openDataStore(dir);
    store.db.exec('CREATE TABLE t (n)');
    const modes = Object.fromEntries(readdirSync(dir).map((name) => [name, modeOf(join(dir, name))]));
    expect(modes).toEqual({
      'sluice.db': '0600',
      'sluice.mark': '0600',
      'sluice.db-wal': '0600',
      'sluice.db-shm': '0600',
      'sluice.lock': '0600',
      'sluice.lock-journal': '0600',
      'sluice.pid': umask === 0o077 ? '0600' : '0640',
    });
    expect(modeOf(dir)).toBe('0750');
    store.close();
  });

  it('belongs to one engine at a time and says who has it', () => {
    const dir = tempDir();
    const store = openDataStore(dir);
    expect(() => openDataStore(dir)).toThrow(`process ${process.pid}`);
    expect(codeOf(() => openDataStore(dir))).toBe('DataDirInUse');
    store.close();
    openDataStore(dir).close();
  });

  it('is free when another process that had it was killed', () => {
    const dir = tempDir();
    const script = `
      import { openDataStore } from ${JSON.stringify(new URL('../../../../dist/engine/store/sqlite.js', import.meta.url).href)};
      openDataStore(${JSON.stringify(dir)});
      process.kill(process.pid, 'SIGKILL');`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
    expect([child.signal, String(child.stderr)]).toEqual(['SIGKILL', '']);
    openDataStore(dir).close();
  });

  it('takes each migration once and in order', () => {
    const dir = tempDir();
    const one = { name: 'one', sql: 'CREATE TABLE t (a); INSERT INTO t VALUES (1);' };
    const two = { name: 'two', sql: 'ALTER TABLE t ADD COLUMN b; INSERT INTO t VALUES (2, 3);' };
    openDataStore(dir, { migrations: [one] }).close();
    const store = openDataStore(dir, { migrations: [one, two] });
    expect(store.db.prepare('SELECT * FROM t').all()).toEqual([
      { a: 1, b: null },
      { a: 2, b: 3 },
    ]);
    store.close();
    expect(codeOf(() => openDataStore(dir, { migrations: [one] }))).toBe('DatabaseTooNew');
    openDataStore(dir, { migrations: [one, two] }).close();
  });

  it('leaves the file as it was when a migration fails, and gives the folder free', () => {
    const dir = tempDir();
    const bad = { name: 'bad', sql: 'CREATE TABLE t (a); CREATE TABLE t (a);' };
    expect(codeOf(() => openDataStore(dir, { migrations: [bad] }))).toBe('DataDirUnusable');
    const store = openDataStore(dir, { migrations: [] });
    expect(store.db.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 't'").get()).toEqual({ n: 0 });
    store.close();
  });

  it('says what is wrong with a folder or file that cannot be used', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'plain'), '');
    expect(codeOf(() => openDataStore(join(dir, 'plain')))).toBe('DataDirUnusable');
    mkdirSync(join(dir, 'torn'));
    writeFileSync(join(dir, 'torn', 'sluice.db'), 'this is not a database, it is a text of some length');
    const store = openDataStore(join(dir, 'torn'));
    expect(store.opening.kind).toBe('recovered');
    store.close();
  });

  it('says what to do when the driver is not installed', () => {
    expect(codeOf(() => loadDriver('better-sqlite3-missing'))).toBe('SqliteMissing');
    expect(() => loadDriver('better-sqlite3-missing')).toThrow(/^better-sqlite3-missing cannot be loaded: .+$/);
  });
});
