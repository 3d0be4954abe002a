import { describe, expect, it } from 'vitest';
import { BitReader } from '../../../../bridge/codec/bits.js';
import { KeyedReader } from '../../../../bridge/codec/keyed-reader.js';
import { bytesOf, se, u, ue } from './bit-text.js';

const reading = (...fields: string[]): KeyedReader => new KeyedReader(new BitReader(bytesOf(...fields), 0));

describe('KeyedReader', () => {
  it('remembers what is read through it, in order and in hex', () => {
    const read = reading(u(8, 200), '1', ue(30), se(-17));
    expect([read.u(8), read.flag(), read.ue(), read.se()]).toEqual([200, true, 30, -17]);
    read.note(4096);
    expect(read.key).toBe('c8.1.1e.-11.1000');
  });

  it('does not remember what is read past it', () => {
    const read = reading(u(8, 200), '1');
    read.bits.bits(8);
    expect(read.flag()).toBe(true);
    expect(read.key).toBe('1');
  });

  it('takes in what is left, without the stop bit', () => {
    const read = reading('1 011', '1', '000');
    read.flag();
    read.rest();
    expect(read.key).toBe('1.0.1.1');
  });

  it('hands limits on', () => {
    const read = reading(ue(9), ue(1));
    expect([read.ue(8), read.bits.overrun]).toEqual([0, true]);
  });
});
