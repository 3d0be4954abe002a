import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nalUnits } from '../../../../bridge/codec/annex-b.js';
import { hex } from './bit-text.js';

const found = (text: string): string[] => nalUnits(hex(text)).map((unit) => Buffer.from(unit).toString('hex'));

describe('nalUnits', () => {
  it.each([
    ['short and long start codes', '000001 6711 00000001 6822 000001 65', ['6711', '6822', '65']],
    ['zeros between units', '00000001 67 000000 000001 68 0000', ['67', '68']],
    ['zeros within a unit', '000001 67 00 00 03 01 00 42', ['670000030100' + '42']],
    ['ones within a unit', '000001 01 01 0001 01', ['0101000101']],
    ['bytes before the first start code', 'aabb 000001 67', ['67']],
    ['empty units', '000001 000001 00000001 67 000001', ['67']],
    ['no start code', '67 42 00 1e', []],
    ['a start code that is cut off', '0000', []],
    ['nothing', '', []],
  ])('splits %s', (_, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('gives views', () => {
    const bytes = hex('000001 6711');
    expect(nalUnits(bytes)[0]?.buffer).toBe(bytes.buffer);
  });

  it('splits any bytes as their text would be', () => {
    const bytes = fc.uint8Array({ maxLength: 60 }).map((each) => each.map((byte) => [0, 0, 0, 1, 2, 255][byte % 6]!));
    const asText = (text: string): string[] =>
      text
        .split('\0\0\x01')
        .slice(1)
        .map((unit) => unit.replace(/\0+$/, ''))
        .filter((unit) => unit !== '');
    fc.assert(
      fc.property(bytes, (each) => {
        const units = nalUnits(each).map((unit) => Buffer.from(unit).toString('latin1'));
        expect(units).toEqual(asText(Buffer.from(each).toString('latin1')));
      }),
      { numRuns: 2000 },
    );
  });

  it('finds start codes at every place', () => {
    for (let length = 0; length < 12; length++) {
      for (const filling of ['00', '01', '02', 'ff']) {
        const text = `000001 ${'7f'.repeat(1 + length)}${filling} 000001 65`;
        const unit = '7f'.repeat(1 + length) + (filling === '00' ? '' : filling);
        expect(found(text)).toEqual([unit, '65']);
      }
    }
  });
});
