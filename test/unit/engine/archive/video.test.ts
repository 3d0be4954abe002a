import { expect, it } from 'vitest';
import { folderOf } from '../../../../engine/archive/video.js';

it.each([
  ['front-door_1', 'front-door_1'],
  ['front door', 'front%20door'],
  ['..', '%2E%2E'],
  ['.hidden', '%2Ehidden'],
  ['a/b\\c', 'a%2Fb%5Cc'],
  ['a\0b', 'a%00b'],
  ['Tür', /^T%C3%BCr-[0-9a-f]{12}$/],
  ['x'.repeat(260), /^x{80}-[0-9a-f]{12}$/],
])('has a folder for the video %j', (name, folder) => {
  expect(folderOf(name)).toEqual(typeof folder === 'string' ? folder : expect.stringMatching(folder));
});

it('has different folders for names that a file system may take for the same', () => {
  expect(folderOf('Door').toLowerCase()).not.toBe(folderOf('door').toLowerCase());
  expect(folderOf('DOOR').toLowerCase()).not.toBe(folderOf('Door').toLowerCase());
});
