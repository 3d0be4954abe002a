import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SLAB } from '../../../wasm/layout.js';

const ROOT = resolve(import.meta.dirname, '../../..');

describe('wasm/layout.ts', () => {
  it('is what the build makes of the classes of the kernels', () => {
    const check = () => execFileSync('node', ['scripts/kernel-layout.mjs', '--check'], { cwd: ROOT, encoding: 'utf8' });
    expect(check).not.toThrow();
  }, 120_000);

  it('has every field at a multiple of four bytes, since the detector reads words', () => {
    expect(Object.values(SLAB).filter((offset) => offset % 4 !== 0)).toEqual([]);
  });
});
