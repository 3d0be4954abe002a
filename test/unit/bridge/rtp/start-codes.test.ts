import { describe, expect, it } from 'vitest';
import { beginsWithStartCode, splitAtStartCodes } from '../../../../bridge/rtp/start-codes.js';

const split = (hex: string): string[] => {
  const found: string[] = [];
  splitAtStartCodes(Buffer.from(hex.replaceAll(' ', ''), 'hex'), (nal) => found.push(nal.toString('hex')));
  return found;
};

describe('start codes', () => {
  it.each([
    ['000001', true],
    ['00000001', true],
    ['00000000', false],
    ['0000', false],
    ['6500000001', false],
  ])('%s', (hex, begins) => {
    expect(beginsWithStartCode(Buffer.from(hex, 'hex'))).toBe(begins);
  });

  it.each([
    ['none', '6701 02', ['670102']],
    ['in front', '00000001 6701', ['6701']],
    ['between, long and short', '6701 00000001 6802 000001 6503', ['6701', '6802', '6503']],
    ['behind the last unit', '6701 00000001', ['6701']],
    ['one after another', '000001 000001 6701 000001 00000001 6802', ['6701', '6802']],
    ['zeros at the end', '000001 6701 0000', ['6701']],
    ['nothing else', '000001', []],
    ['nothing', '', []],
  ])('splits at them: %s', (_, hex, nals) => {
    expect(split(hex)).toEqual(nals);
  });
});
