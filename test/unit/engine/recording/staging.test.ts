import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyStaging, STAGING_NAME, stage } from '../../../../engine/recording/staging.js';
import { tempDir } from '../../../kit/temp-dir.js';

const clipIn = (folder: string): string => {
  const path = join(folder, 'clip.mp4');
  closeSync(openSync(path, 'wx'));
  return path;
};

describe('the staging of a clip', () => {
  it('is the same file under a name that nobody can guess, in a folder that nobody can list', () => {
    const root = tempDir();
    const path = clipIn(root);
    const [one, other] = [stage(root, path), stage(root, path)];
    expect(dirname(one.path)).toBe(join(root, STAGING_NAME));
    expect(statSync(dirname(one.path)).mode & 0o777).toBe(0o711);
    expect(basename(one.path)).toMatch(/^[0-9a-f]{32}\.mp4$/);
    expect(one.path).not.toBe(other.path);
    writeFileSync(one.path, 'media');
    expect(readFileSync(path, 'utf8')).toBe('media');
    one.release();
    one.release();
    expect([existsSync(one.path), existsSync(other.path), existsSync(path)]).toEqual([false, true, true]);
  });

  it('does not follow a link out of the media folder', () => {
    const [root, outside] = [tempDir(), tempDir()];
    symlinkSync(outside, join(root, STAGING_NAME));
    const sink = join(root, 'sink');
    mkdirSync(sink);
    expect(stage(root, clipIn(sink)).path).toContain(join(sink, STAGING_NAME));
    expect(readdirSync(outside)).toEqual([]);
  });

  it('is the file itself where there can be no other name, which it says', () => {
    const root = tempDir();
    const path = clipIn(root);
    writeFileSync(join(root, STAGING_NAME), '');
    const staged = stage(root, path);
    expect(staged).toMatchObject({ path, direct: true });
    staged.release();
    expect(existsSync(path)).toBe(true);
  });

  it('loses what a run that was cut off has left, and gives the clips back', () => {
    const root = tempDir();
    const path = clipIn(root);
    const staged = stage(root, path);
    mkdirSync(join(dirname(staged.path), 'folder'));
    chmodSync(path, 0o600);
    emptyStaging(root);
    expect(readdirSync(join(root, STAGING_NAME))).toEqual([]);
    expect(statSync(path)).toMatchObject({ nlink: 1, uid: process.getuid!() });
    emptyStaging(join(root, 'none'));
  });
});
