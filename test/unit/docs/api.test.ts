import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as entry from '../../../engine/index.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const FILE = resolve(ROOT, 'docs/ref/api.md');
let text = '';

describe('docs/ref/api.md', () => {
  // A program of its own, since it starts the compiler: several seconds, and more while other tests run.
  beforeAll(() => {
    text = execFileSync(process.execPath, [resolve(ROOT, 'scripts/api-reference.mjs')], { encoding: 'utf8' });
    // SLUICE_UPDATE_DOCS=1 writes it anew after the types have changed.
    if (process.env['SLUICE_UPDATE_DOCS']) writeFileSync(FILE, text);
  }, 180_000);

  it('is what the types say', () => {
    expect(readFileSync(FILE, 'utf8')).toBe(text);
  });

  it('has a section for every value that can be imported', () => {
    const headings = [...text.matchAll(/^### (\w+)$/gm)].map((match) => match[1]);
    expect(headings).toEqual(expect.arrayContaining(Object.keys(entry)));
    expect(headings.length).toBe(new Set(headings).size);
  });

  it('shows nothing that is private', () => {
    expect(text).not.toMatch(/#\w+[;:(]|\bprivate\b.*[;{]$/m);
  });
});
