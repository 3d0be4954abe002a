import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskBytes, requireFreeSpace } from '../../../../engine/recording/disk-space.js';
import type { NameKeeper } from '../../../../engine/recording/file-name.js';
import { MediaFolder } from '../../../../engine/recording/media-folder.js';
import { modeOf, UMASKS, withUmask } from '../../../kit/modes.js';

let base: string;
let media: MediaFolder;
let outside: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-media-')));
  outside = join(base, 'outside');
  mkdirSync(outside);
  media = MediaFolder.open(join(base, 'data', 'media'));
});
afterEach(() => rmSync(base, { recursive: true }));

/** Notes no names. */
const names: NameKeeper = { claim: () => true, release: () => {} };

const refusal = (code: string) => expect.objectContaining({ name: 'SluiceError', code });

describe('the media folder', () => {
  it('takes every path inside itself, absolute ones too', () => {
    expect(media.folder('/var/media')).toBe(join(media.root, 'var/media'));
    expect(media.folder('clips//./a/')).toBe(join(media.root, 'clips/a'));
    expect(media.folder('')).toBe(media.root);
    expect(media.folder('/')).toBe(media.root);
    expect(media.folder('/var/media')).toBe(join(media.root, 'var/media'));
  });

  it.each([
    ['..'],
    ['../outside'],
    ['a/../../outside'],
    ['a/../b'],
    ['/var/media/..'],
    ['a\0b'],
    ['x'.repeat(256)],
    [`${'y/'.repeat(600)}z`],
  ])('refuses %j', (path) => {
    expect(() => media.folder(path)).toThrow(refusal('MediaPathRefused'));
    expect(readdirSync(outside)).toEqual([]);
  });

  it('refuses a link that leads out, and makes nothing behind it', () => {
    symlinkSync(outside, join(media.root, 'link'));
    expect(() => media.folder('link')).toThrow(refusal('MediaPathRefused'));
    expect(() => media.folder('link/deeper')).toThrow(refusal('MediaPathRefused'));
    expect(() => media.reserve('link', 'clip', names)).toThrow(refusal('MediaPathRefused'));
    expect(readdirSync(outside)).toEqual([]);
  });

  it('is not taken in by a neighbour whose name begins the same', () => {
    mkdirSync(join(base, 'data', 'media-else'));
    symlinkSync(join(base, 'data', 'media-else'), join(media.root, 'link'));
    expect(() => media.folder('link')).toThrow(refusal('MediaPathRefused'));
  });

  it('follows a link that stays inside', () => {
    media.folder('real');
    symlinkSync(join(media.root, 'real'), join(media.root, 'link'));
    expect(media.folder('link/a')).toBe(join(media.root, 'real/a'));
  });

  it('may itself be a link: that is the owner’s choice', () => {
    const elsewhere = join(base, 'disk2');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(base, 'linked'));
    const linked = MediaFolder.open(join(base, 'linked'));
    expect(linked.folder('/var')).toBe(join(elsewhere, 'var'));
  });

  it('says when a file is in the way', () => {
    writeFileSync(join(media.root, 'file'), '');
    expect(() => media.folder('file')).toThrow(refusal('MediaFolderUnusable'));
    expect(() => media.folder('file/below')).toThrow(refusal('MediaFolderUnusable'));
    expect(() => MediaFolder.open(join(media.root, 'file'))).toThrow(refusal('MediaFolderUnusable'));
  });

  it('refuses a link that leads nowhere', () => {
    symlinkSync(join(base, 'nowhere'), join(media.root, 'link'));
    expect(() => media.folder('link')).toThrow(refusal('MediaFolderUnusable'));
    expect(existsSync(join(base, 'nowhere'))).toBe(false);
  });

  it('makes files in it and finds them again', () => {
    const path = media.reserve('/var/media', 'clip', names);
    expect(path).toBe(join(media.root, 'var/media/clip.mp4'));
    expect(media.relative(path)).toBe('var/media/clip.mp4');
    expect(media.absolute('var/media/clip.mp4')).toBe(path);
    expect(media.find('var/media/clip.mp4')).toBe(path);
    rmSync(path);
    expect(media.find('var/media/clip.mp4')).toBeUndefined();
    expect(media.find('no/such/folder/clip.mp4')).toBeUndefined();
  });

  it('finds nothing that has been replaced by a way out', () => {
    writeFileSync(join(outside, 'clip.mp4'), 'not ours');
    const path = media.reserve('sub', 'clip', names);
    rmSync(path);
    symlinkSync(join(outside, 'clip.mp4'), path);
    expect(() => media.find('sub/clip.mp4')).toThrow(refusal('MediaPathRefused'));
    rmSync(join(media.root, 'sub'), { recursive: true });
    symlinkSync(outside, join(media.root, 'sub'));
    expect(() => media.find('sub/clip.mp4')).toThrow(refusal('MediaPathRefused'));
  });
});

describe.each(UMASKS)('with umask %i', (umask) => {
  it('clips and their folders are not for every account', () => {
    withUmask(umask);
    const own = MediaFolder.open(join(base, 'new', 'media'));
    const path = own.reserve('/var/clips', 'clip', names);
    const made = [own.root, join(own.root, 'var'), join(own.root, 'var/clips'), path];
    expect(made.map(modeOf)).toEqual(['0700', '0700', '0700', '0600']);
  });

  it('they have the permissions that the owner has set, and what was there keeps its own', () => {
    withUmask(umask);
    mkdirSync(join(media.root, 'there'));
    chmodSync(join(media.root, 'there'), 0o711);
    const shared = MediaFolder.open(media.root, { modes: { file: 0o664, folder: 0o775 } });
    const path = shared.reserve('there/new', 'clip', names);
    expect([join(media.root, 'there'), join(media.root, 'there/new'), path].map(modeOf)).toEqual([
      '0711',
      '0775',
      '0664',
    ]);
  });
});

describe('free space', () => {
  it('is what the file system says, and what is asked for', () => {
    const { free } = diskBytes(base);
    expect(free).toBeGreaterThan(0);
    requireFreeSpace(base, 1);
    expect(() => requireFreeSpace(base, free + 1e12)).toThrow(
      expect.objectContaining({ code: 'DiskFull', kind: 'exhausted' }),
    );
  });

  it('is not present while the folder around it is away, cannot be reached, or is another one', () => {
    const around = dirname(media.root);
    expect(media.present).toBe(true);
    renameSync(around, `${around}-away`);
    expect(media.present).toBe(false);
    symlinkSync(around, around); // ELOOP
    expect(media.present).toBe(false);
    rmSync(around);
    mkdirSync(around);
    expect(media.present).toBe(false);
    rmSync(around, { recursive: true });
    renameSync(`${around}-away`, around);
    expect(media.present).toBe(true);
  });

  it('is made again when it was removed, before the next clip', () => {
    rmSync(media.root, { recursive: true });
    const path = media.reserve('yard', 'clip', names);
    expect(path).toBe(join(media.root, 'yard/clip.mp4'));
    expect(existsSync(path)).toBe(true);
  });
});
