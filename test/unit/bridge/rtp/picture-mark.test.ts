import { expect, it } from 'vitest';
import { isPictureMark, mayEndPicture, pictureMark } from '../../../../bridge/rtp/picture-mark.js';

it('is a delimiter that no encoder writes, for each codec', () => {
  expect(pictureMark('h264').toString('hex')).toBe('091f');
  expect(pictureMark('h265').toString('hex')).toBe('46011f');
  expect([
    isPictureMark('h264', Buffer.from('091f', 'hex')),
    isPictureMark('h264', Buffer.from('0910', 'hex')),
  ]).toEqual([true, false]);
  expect(isPictureMark('h265', Buffer.from('091f', 'hex'))).toBe(false);
});

it.each([
  ['h264', '4101', true],
  ['h264', '7c85', false],
  ['h264', '7c05', false],
  ['h264', '7c45', true],
  ['h264', '18', true],
  ['h264', '', true],
  ['h265', '0201', true],
  ['h265', '620193', false],
  ['h265', '620153', true],
] as const)('a marker of %s with %s may end a picture: %s', (codec, hex, may) => {
  expect(mayEndPicture(codec, Buffer.from(hex, 'hex'))).toBe(may);
});
