import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const text = readFileSync(resolve(ROOT, 'CONTRIBUTING.md'), 'utf8');
const rooms = [...text.matchAll(/^\| `([\w-]+(?:\/[\w-]*)*)` +\|/gm)]
  .map((match) => match[1]!)
  .filter((room) => room.includes('/'));

const foldersIn = (folder: string): string[] =>
  readdirSync(resolve(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('__'))
    .map((entry) => `${folder}/${entry.name}`);

describe('CONTRIBUTING.md', () => {
  it('has every room of the tree in its map, and no other', () => {
    const houses = ['engine', 'bridge', 'wasm', 'test'];
    const expected = [
      ...houses.flatMap(foldersIn),
      'engine/',
      'bridge/',
      'wasm/',
      'bench/',
      'deploy/',
      'examples/',
      'infer/',
      'page/',
      'scripts/',
    ];
    expect([...rooms].sort()).toEqual(expected.sort());
  });

  it('names files and commands that exist', () => {
    const scripts = (JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')) as { scripts: object }).scripts;
    for (const [, script] of text.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(script);
    const files = [...text.matchAll(/`((?:test|docs|scripts)\/[\w./-]+)`/g)].map((match) => match[1]!);
    expect(files.filter((file) => !existsSync(resolve(ROOT, file)))).toEqual([]);
  });

  it('describes the steps that scripts/check.sh has', () => {
    const all = /\$\{\*:-([^}]+)\}/.exec(readFileSync(resolve(ROOT, 'scripts/check.sh'), 'utf8'))?.[1];
    const [, checks = ''] = /^## Check\n(.*?)^## /ms.exec(text) ?? [];
    const steps = [...checks.matchAll(/^\| `(\w+)` +\|/gm)].map((match) => match[1]);
    expect(steps.join(' ')).toBe(all);
  });
});
