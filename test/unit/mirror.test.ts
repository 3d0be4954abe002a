import { readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

const foldersOf = (part: string): string[] => {
  const top = join(import.meta.dirname, part);
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => relative(import.meta.dirname, join(entry.parentPath, entry.name)));
};

it.each(['engine', 'bridge', 'wasm', 'bench', 'infer'])('the unit tests of %s lie as what they test does', (part) => {
  const strays = foldersOf(part).filter((folder) => !statSync(join(ROOT, folder), { throwIfNoEntry: false }));
  expect(strays).toEqual([]);
});
