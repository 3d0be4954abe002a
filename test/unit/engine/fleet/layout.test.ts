import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkEngines, clipIdsAfter, engineOfClip, folderOf, frontFolder } from '../../../../engine/fleet/layout.js';
import { tempDir } from '../../../kit/temp-dir.js';

describe('the folders of several engines', () => {
  it('are below the data folder, which is that of the first', () => {
    expect([folderOf('/d', 1), folderOf('/d', 3), frontFolder('/d')]).toEqual(['/d', '/d/engines/3', '/d/front']);
  });

  it('are not left without their engine', () => {
    const dir = tempDir();
    expect(() => checkEngines(dir, 1)).not.toThrow();
    mkdirSync(join(dir, 'engines/3'), { recursive: true });
    mkdirSync(join(dir, 'engines/notes'));
    expect(() => checkEngines(dir, 2)).toThrow(expect.objectContaining({ code: 'EnginesTooFew' }));
    expect(() => checkEngines(dir, 1)).toThrow(/that of 3 engines, and 1 would run/);
    expect(() => checkEngines(dir, 3)).not.toThrow();
  });
});

describe('the id of a clip', () => {
  it('tells the engine', () => {
    for (const engine of [1, 2, 64]) {
      for (const n of [1, 2, 999_999_999_999]) expect(engineOfClip(String(clipIdsAfter(engine) + n))).toBe(engine);
    }
    expect(clipIdsAfter(1)).toBe(0);
    for (const no of ['', 'a', '-1', '1.5', '9'.repeat(16)]) expect(engineOfClip(no)).toBeUndefined();
  });
});
