import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder, makeFolders } from '../../../../engine/core/permissions.js';
import { modeOf, UMASKS, withUmask } from '../../../kit/modes.js';
import { tempDir } from '../../../kit/temp-dir.js';

describe.each(UMASKS)('with umask %i', (umask) => {
  it('new folders have the permissions that are asked for', () => {
    const dir = tempDir();
    withUmask(umask);
    makeFolder(join(dir, 'one'), 0o750);
    makeFolders(join(dir, 'two/three'), 0o755);
    expect(['one', 'two', 'two/three'].map((name) => modeOf(join(dir, name)))).toEqual(['0750', '0755', '0755']);
  });

  it('folders that exist keep theirs', () => {
    const dir = tempDir();
    withUmask(umask);
    mkdirSync(join(dir, 'there'));
    chmodSync(join(dir, 'there'), 0o701);
    makeFolder(join(dir, 'there'), 0o750);
    makeFolders(join(dir, 'there'), 0o750);
    makeFolders(join(dir, 'there/new'), 0o750);
    expect([modeOf(join(dir, 'there')), modeOf(join(dir, 'there/new'))]).toEqual(['0701', '0750']);
  });
});

describe('a new folder', () => {
  it('keeps the group that it is to hand on', () => {
    const dir = tempDir();
    chmodSync(dir, 0o2755);
    makeFolder(join(dir, 'new'), 0o750);
    expect(modeOf(join(dir, 'new'))).toBe('2750');
  });

  it('in place of a link that leads nowhere changes nothing', () => {
    const dir = tempDir();
    symlinkSync(join(dir, 'nowhere'), join(dir, 'link'));
    makeFolder(join(dir, 'link'), 0o750);
    expect(() => modeOf(join(dir, 'nowhere'))).toThrow('ENOENT');
  });
});
