import { describe, expect, it } from 'vitest';
import { PayloadTypes } from '../../../../bridge/rtp/payload-types.js';

const ask = (types: PayloadTypes, payloadType: number, times: number, heard = false): boolean[] =>
  Array.from({ length: times }, () => types.accepts(payloadType, heard));

describe('PayloadTypes', () => {
  it('accepts all that the m= line has', () => {
    const types = new PayloadTypes([96, 97]);
    expect([96, 97, 98].map((type) => types.accepts(type, true))).toEqual([true, true, false]);
  });

  it('adopts another after 20 packets, while nothing else came', () => {
    const types = new PayloadTypes([96]);
    expect(ask(types, 35, 20)).not.toContain(true);
    expect(types.accepts(35, false)).toBe(true);
    expect(types.accepts(35, true)).toBe(true);
    expect(types.accepts(36, true)).toBe(false);
    expect(types.accepts(35, true)).toBe(true);
  });

  it('drops the adopted one when a described one comes after all', () => {
    const types = new PayloadTypes([96]);
    ask(types, 35, 21);
    expect([96, 35, 96].map((type) => types.accepts(type, true))).toEqual([true, false, true]);
  });

  it('adopts none where a described one was heard', () => {
    expect(ask(new PayloadTypes([96]), 35, 50, true)).not.toContain(true);
  });

  it('counts packets of one type in a row', () => {
    const types = new PayloadTypes([96]);
    for (let run = 0; run < 30; run++) expect(types.accepts(35 + (run % 2), false)).toBe(false);
  });

  it('never takes RTCP on the same channel for media', () => {
    expect(ask(new PayloadTypes([96]), 200 & 0x7f, 50)).not.toContain(true);
  });
});
