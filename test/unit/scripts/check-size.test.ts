import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const SCRIPT = resolve(import.meta.dirname, '../../../scripts/check-size.mjs');

/** Each of these, 20 times over, makes a function of complexity 21. */
const BRANCHES = {
  if: 'if (a) b++;',
  for: 'for (; a; ) break;',
  forOf: 'for (const x of a) b += x;',
  forIn: 'for (const x in a) b += x;',
  while: 'while (a) a--;',
  do: 'do a--; while (a);',
  catch: 'try { a(); } catch { b(); }',
  case: 'switch (a) { case 1: break; default: b(); }',
  conditional: 'b = a ? 1 : 2;',
  and: 'b = a && b;',
  or: 'b = a || b;',
  nullish: 'b = a ?? b;',
  assignment: 'a ??= b;',
};
const method = (name: string, statement: string, count: number) => `  ${name}(a, b) {${statement.repeat(count)}}\n`;
const lines = (count: number, line: string) => `${line}\n`.repeat(count);

let folder: string;
/** Of one run over all the files: the script loads the compiler, which takes a while. */
let offences: string[];
let status: number | null;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-size-'));
  mkdirSync(join(folder, 'bad/peers'), { recursive: true });
  mkdirSync(join(folder, 'good'));
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  const methods = (count: number) =>
    `class All {\n${Object.entries(BRANCHES)
      .map(([name, statement]) => method(name, statement, count))
      .join('')}}\n`;
  write('good/branches.ts', methods(19));
  write(
    'good/inside.ts',
    `function outer() { const inner = () => {${'if (a) b();'.repeat(15)}};${'if (a) b();'.repeat(15)}}\n`,
  );
  write('good/long.ts', lines(320, '// a line'));
  write('bad/branches.ts', methods(20));
  write('bad/kernel.ts', `@inline\nexport function f(a: i32): void {${'if (a) a++;'.repeat(20)}}\n`);
  write('bad/long.ts', lines(321, '// a line'));
  write('bad/peers/long.py', lines(400, '# a line'));
  const run = spawnSync(process.execPath, [SCRIPT, 'good', 'bad'], { cwd: folder, encoding: 'utf8' });
  status = run.status;
  offences = run.stderr.split('\n').filter((line) => line !== '');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('scripts/check-size.mjs', () => {
  it('fails, and says nothing of files at the limits', () => {
    expect(status).toBe(1);
    expect(offences.filter((line) => line.startsWith('good'))).toEqual([]);
  });

  it('reports one line more, in whatever language', () => {
    expect(offences).toContain('bad/long.ts:321 has 321 lines, more than 320');
    expect(offences).toContain('bad/peers/long.py:321 has 400 lines, more than 320');
  });

  it('counts every kind of branch once', () => {
    expect(offences.filter((line) => line.startsWith('bad/branches.ts'))).toEqual(
      Object.keys(BRANCHES).map(
        (name, index) => `bad/branches.ts:${index + 2} ${name} has complexity 21, more than 20`,
      ),
    );
  });

  it('reads the decorators of AssemblyScript', () => {
    expect(offences).toContain('bad/kernel.ts:1 f has complexity 21, more than 20');
  });
});
