import { describe, expect, it } from 'vitest';
import { BitReader } from '../../../../bridge/codec/bits.js';
import { readH264Vui } from '../../../../bridge/codec/h264-vui.js';
import { KeyedReader } from '../../../../bridge/codec/keyed-reader.js';
import { bytesOf, u, ue } from './bit-text.js';

const read = (...fields: string[]) => {
  const reader = new KeyedReader(new BitReader(bytesOf(...fields), 0));
  return { ...readH264Vui(reader), key: reader.key, overrun: reader.bits.overrun };
};

const NO_DISPLAY = '0000';
const NO_TIMING = '0';
const NO_HRD = '0';
const hrd = (schedules: number): string =>
  ['1', ue(schedules - 1), u(8, 0x35), `${ue(7812)}${ue(15_624)}0`.repeat(schedules), u(20, 0xabcde)].join('');
const timing = (units: number, scale: number): string => ['1', u(32, units), u(32, scale), '1'].join('');
const restriction = (reorder: number): string =>
  ['1 1', ue(2), ue(1), ue(11), ue(12), ue(reorder), ue(reorder + 1)].join('');

describe('readH264Vui', () => {
  it('knows nothing if there is none, and that is as if it said nothing', () => {
    const none = read('0');
    expect(none).toMatchObject({ pixelAspect: undefined, frameRate: undefined, reorderFrames: undefined });
    expect(read('1', NO_DISPLAY, NO_TIMING, NO_HRD, NO_HRD, '0', '0').key).toBe(none.key);
  });

  it('reads frames per second from ticks of fields', () => {
    const vui = read('1', NO_DISPLAY, timing(1001, 60_000), NO_HRD, NO_HRD, '0', '0');
    expect(vui.frameRate).toEqual({ numerator: 30_000, denominator: 1001 });
    expect(vui.key).toBe(read('0').key);
  });

  it.each([
    [0, 50],
    [1, 0],
  ])('knows no frame rate of %d units in ticks of 1/%d s', (units, scale) => {
    expect(read('1', NO_DISPLAY, timing(units, scale), NO_HRD, NO_HRD, '0', '0').frameRate).toBeUndefined();
  });

  it.each([
    ['NAL HRD parameters', `${hrd(3)}${NO_HRD}1`],
    ['VCL HRD parameters', `${NO_HRD}${hrd(1)}0`],
    ['both', `${hrd(32)}${hrd(2)}1`],
    ['neither', NO_HRD + NO_HRD],
  ])('finds the restrictions behind %s', (_, fields) => {
    const vui = read('1', NO_DISPLAY, NO_TIMING, fields, '1', restriction(2));
    expect(vui).toMatchObject({ reorderFrames: 2, overrun: false });
    expect(vui.key.endsWith('.1.1.2.1.b.c.2.3')).toBe(true);
  });

  it('refuses more schedules than there can be', () => {
    expect(read('1', NO_DISPLAY, NO_TIMING, '1', ue(32), '1'.repeat(400)).overrun).toBe(true);
  });

  it('does not believe in more reordered frames than any decoder keeps', () => {
    const vui = read('1', NO_DISPLAY, NO_TIMING, NO_HRD, NO_HRD, '0', restriction(17));
    expect(vui).toMatchObject({ reorderFrames: undefined, overrun: false });
  });
});
