import { chmodSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lendFile } from '../../../../bridge/filters/lent-file.js';
import { tempDir } from '../../../kit/temp-dir.js';

const USER = { uid: 59_111, gid: 59_112 };
const openFolder = (): string => {
  const folder = tempDir();
  chmodSync(folder, 0o711);
  return folder;
};

describe('a file that is lent to a host', () => {
  it('is made, or is the empty one that is there, and never one that holds anything', () => {
    const path = join(openFolder(), 'clip.mp4');
    lendFile(path, undefined);
    expect(statSync(path).size).toBe(0);
    expect(lendFile(path, undefined).asEngine).toBe(false);
    writeFileSync(path, 'precious');
    expect(() => lendFile(path, undefined)).toThrow(/EEXIST/);
    expect(readFileSync(path, 'utf8')).toBe('precious');
    const link = join(openFolder(), 'link');
    symlinkSync(path, link);
    expect(() => lendFile(link, undefined)).toThrow();
  });

  it('goes when it comes back from a run that failed and left no media', () => {
    const path = join(openFolder(), 'clip.mp4');
    lendFile(path, undefined).giveBack(true);
    expect(existsSync(path)).toBe(true);
    lendFile(path, undefined).giveBack(false);
    expect(existsSync(path)).toBe(false);
  });

  it.skipIf(process.getuid!() !== 0)("is the host's until it is given back", () => {
    const path = join(openFolder(), 'clip.mp4');
    const lent = lendFile(path, USER);
    expect(lent.asEngine).toBe(false);
    expect(statSync(path)).toMatchObject(USER);
    lent.giveBack(true);
    expect(statSync(path)).toMatchObject({ uid: 0, gid: process.getgid!() });
  });

  it.skipIf(process.getuid!() !== 0)('stays ours in a folder that the host could not enter', () => {
    const folder = tempDir();
    const path = join(folder, 'clip.mp4');
    expect(lendFile(path, USER).asEngine).toBe(true);
    expect(statSync(path).uid).toBe(0);
  });
});
