import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const DRIVER = new URL('../../dist/engine/store/sqlite-driver.js', import.meta.url).href;

/** Lets go of what `line` makes, then fills the heap from JavaScript until it has been collected; in a process of its own. */
const collected = (line: string) => {
  const script = `
    import { openSqlite } from ${JSON.stringify(DRIVER)};
    const db = openSqlite(':memory:');
    const numbers = db.prepare('SELECT 1 UNION SELECT 2');
    const gone = new Set();
    const registry = new FinalizationRegistry((n) => gone.add(n));
    const letGo = (object, n) => registry.register(object, n);
    for (let n = 0; n < 50; n++) { ${line} }
    let kept = [];
    for (let turns = 0; gone.size === 0 && turns < 500; turns++) {
      for (let n = 0; n < 100_000; n++) kept[n] = { n };
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    console.log(gone.size > 0, numbers.pluck().all().length);`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  return [child.signal, child.stderr.slice(0, 500), child.stdout];
};

// Were the driver built on Node's ObjectWrap, each of these would end the process on Node 24.19 and later.
describe('the garbage collector', () => {
  it.each([
    ['statements', "letGo(db.prepare('SELECT ' + n), n);"],
    ['what a pragma leaves', "letGo({ of: db.pragma('user_version') }, n);"],
    ['iterators', 'const all = numbers.iterate(); letGo(all, n); for (const row of all) void row;'],
    ['closed databases', "const other = openSqlite(':memory:'); letGo(other, n); other.close();"],
  ])('may take %s', (_what, line) => {
    expect(collected(line)).toEqual([null, '', 'true 2\n']);
  });
});
