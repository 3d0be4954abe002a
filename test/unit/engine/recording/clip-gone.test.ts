import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Shelf } from '../../../kit/clips.js';

let shelf: Shelf;
beforeEach(() => {
  shelf = new Shelf();
});
afterEach(() => shelf.remove());

it('a clip whose file was moved away is known, in case it comes back', () => {
  const path = shelf.begin();
  renameSync(path, `${path}.away`);
  shelf.gone(path);
  expect(shelf.clips.index.get(shelf.clips.media.relative(path))).toMatchObject({
    state: 'failed',
    bytes: 0,
    reason: expect.stringContaining('removed'),
  });
});

it('a file that somebody put in the place of a clip is not taken for it', () => {
  const path = shelf.begin();
  renameSync(path, `${path}.away`);
  writeFileSync(path, 'of somebody else');
  shelf.gone(path);
  expect(shelf.clips.index.get(shelf.clips.media.relative(path))).toBeUndefined();
  expect(readFileSync(path, 'utf8')).toBe('of somebody else');
});
