import { describe, expect, it } from 'vitest';
import { BitReader } from '../../../../bridge/codec/bits.js';
import { bytesOf, hex, se, u, ue } from './bit-text.js';

const reading = (bytes: Uint8Array, offset = 0): BitReader => new BitReader(bytes, offset);

describe('BitReader', () => {
  it('reads fields of any length across bytes', () => {
    const bits = reading(bytesOf('1', u(5, 19), u(10, 777), u(32, 0xfedcba98), '0110'));
    expect([bits.flag(), bits.bits(5), bits.bits(10), bits.bits(32), bits.bits(4)]).toEqual([
      true,
      19,
      777,
      0xfedcba98,
      6,
    ]);
    expect(bits.overrun).toBe(false);
  });

  it('begins behind the header, and reads nothing for no bits', () => {
    const bits = reading(hex('67 42'), 1);
    expect([bits.bits(0), bits.bits(8)]).toEqual([0, 0x42]);
  });

  it.each([0, 1, 2, 7, 8, 65_535, 2 ** 31, 2 ** 32 - 2])('reads the number %d without and with a sign', (value) => {
    expect(reading(bytesOf(ue(value))).ue()).toBe(value);
    if (value >= 2 ** 31) return;
    expect(reading(bytesOf(se(value))).se()).toBe(value);
    expect(reading(bytesOf(se(0 - value))).se()).toBe(0 - value);
  });

  it('knows where it stands, and looks ahead', () => {
    const bits = new BitReader(hex('00 00 03 f0 0f'), 0, 'plain');
    expect([bits.bits(4), bits.peek(24), bits.position, bits.remaining]).toEqual([0, 0x00003f, 4, 36]);
    expect([bits.bits(24), bits.bits(4), bits.position, bits.remaining]).toEqual([0x00003f, 0, 32, 8]);
    expect([bits.peek(9), bits.overrun, bits.bits(8), bits.overrun]).toEqual([0, false, 0x0f, false]);
    expect([bits.bits(1), bits.overrun, bits.remaining]).toEqual([0, true, 0]);
  });

  it('passes over emulation prevention bytes, also in the middle of a field', () => {
    const bits = reading(hex('00 00 03 01 00 00 03 00 00 03 03'));
    expect([bits.bits(20), bits.bits(12), bits.bits(32)]).toEqual([0, 0x100, 3]);
    expect(bits.overrun).toBe(false);
    expect(reading(hex('00 03 00 00 04')).bits(24)).toBe(0x000300);
  });

  it('gives 0 from the first field on that is cut off', () => {
    const bits = reading(hex('ff ff'));
    expect([bits.bits(12), bits.bits(5), bits.bits(1), bits.ue(), bits.se(), bits.flag()]).toEqual([
      0xfff,
      0,
      0,
      0,
      0,
      false,
    ]);
    expect(bits.overrun).toBe(true);
  });

  it('takes an emulation prevention byte at the very end for nothing', () => {
    const bits = reading(hex('00 00 03'));
    bits.bits(16);
    expect(bits.overrun).toBe(false);
    bits.bits(1);
    expect(bits.overrun).toBe(true);
  });

  it('refuses numbers of more than 32 bits, and those beyond a limit', () => {
    const long = reading(bytesOf('0'.repeat(33), '1'.repeat(40)));
    expect([long.ue(), long.overrun, long.bits(4)]).toEqual([0, true, 0]);
    const limited = reading(bytesOf(ue(7), ue(8), ue(1)));
    expect([limited.ue(7), limited.overrun, limited.ue(7), limited.overrun, limited.ue()]).toEqual([
      7,
      false,
      0,
      true,
      0,
    ]);
    const signed = reading(bytesOf(se(-4), se(5)));
    expect([signed.se(-4, 4), signed.overrun, signed.se(-4, 4), signed.overrun]).toEqual([-4, false, 0, true]);
  });

  it('skips no further than to the end', () => {
    const bits = reading(hex('ab cd ef'));
    bits.skip(12);
    expect(bits.bits(4)).toBe(0xd);
    bits.skip(Number.MAX_SAFE_INTEGER);
    expect(bits.overrun).toBe(true);
  });

  it.each([
    ['the stop bit alone', '80', 0, false],
    ['a bit before it', 'c0', 0, true],
    ['a byte before it', '00 80', 0, true],
    ['all of them read', 'a5 80', 8, false],
    ['all but one read', 'a5 c0', 8, true],
    ['the stop bit in the last place', '01', 7, false],
    ['zeros behind it', 'a5 80 00 00', 8, false],
    ['escaped zeros behind it', 'a5 80 00 00 03 00 00 03', 8, false],
    ['an escaped byte before it', '00 00 03 01 80', 16, true],
    ['an escape before the stop bit', '00 00 03 80', 16, false],
    ['everything read', 'ff', 8, false],
    ['zeros alone', '00 00', 0, false],
    ['nothing', '', 0, false],
  ])('knows whether there is more: %s', (_, text, read, more) => {
    const bits = reading(hex(text));
    bits.skip(read);
    expect(bits.moreRbspData()).toBe(more);
    expect(bits.overrun).toBe(false);
  });
});
