import { describe, expect, it } from 'vitest';
import { findSeiMessage } from '../../../../bridge/codec/sei.js';
import { hex } from './bit-text.js';

/** The first byte of the first message of type 6. */
const found = (text: string): number | undefined => findSeiMessage(hex(text), 1, 6)?.bits(8);

describe('findSeiMessage', () => {
  it.each([
    ['the only message', '06 06 01 aa 80', 0xaa],
    ['a later message', '06 01 02 11 22 06 01 bb 80', 0xbb],
    ['the first of two', '06 06 01 aa 06 01 bb 80', 0xaa],
    ['a message behind one of 300 bytes', `06 05 ff 2d ${'77'.repeat(300)} 06 01 cc 80`, 0xcc],
    ['a message behind a type of two bytes', '06 ff 06 01 11 06 01 dd 80', 0xdd],
    ['a message behind escaped bytes', '06 05 04 00 00 03 01 00 06 01 ee 80', 0xee],
  ])('finds %s', (_, text, expected) => {
    expect(found(text)).toBe(expected);
  });

  it.each([
    ['another type', '06 05 01 aa 80'],
    ['no messages', '06 80'],
    ['a message of no bytes', '06 06 00 80'],
    ['a size beyond the end', '06 05 ff ff ff ff 01 06 01 aa 80'],
    ['a size that never ends', `06 05 ${'ff'.repeat(50)}`],
    ['a type that never ends', `06 ${'ff'.repeat(50)}`],
    ['zeros', '06 00 00 00 00'],
    ['nothing', ''],
  ])('finds none in %s', (_, text) => {
    expect(found(text)).toBeUndefined();
  });
});
