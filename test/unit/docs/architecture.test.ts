import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const text = readFileSync(join(ROOT, 'docs/design/architecture.md'), 'utf8');

const section = text.split('## The way of a unit\n')[1]?.split('\n## ')[0] ?? '';
const rows = [...section.matchAll(/^\| ([\w ]*)\| `([^`]+)` \|/gm)].map((row) => ({
  step: row[1]!.trim(),
  file: row[2]!,
}));

const imports = (from: string, to: string): boolean =>
  [...readFileSync(join(ROOT, from), 'utf8').matchAll(/from '(\.[^']+)'/g)].some(
    ([, target]) => relative(ROOT, resolve(ROOT, dirname(from), target!)).replace(/\.js$/, '.ts') === to,
  );

describe('docs/design/architecture.md', () => {
  it('leads a unit through every step, in this order', () => {
    expect(rows.map(({ step }) => step).filter((step) => step !== '')).toEqual([
      'received',
      'kept',
      'decoded',
      'judged',
      'gated',
      'written',
      'told of',
    ]);
  });

  it('names files that exist', () => {
    const named = [...text.matchAll(/`((?:engine|bridge|wasm)\/[\w./-]+)`/g)].map((match) => match[1]!);
    expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('hands the unit from file to file: of two neighbours one imports the other', () => {
    const apart = rows.slice(1).flatMap(({ file }, index) => {
      const before = rows[index]!.file;
      return imports(before, file) || imports(file, before) ? [] : [`${before} and ${file}`];
    });
    expect(rows.length).toBeGreaterThan(15);
    expect(apart).toEqual([]);
  });
});
