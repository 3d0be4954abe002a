import { describe, expect, it } from 'vitest';
import { BitReader } from '../../../../bridge/codec/bits.js';
import { readH265Vui } from '../../../../bridge/codec/h265-vui.js';
import { KeyedReader } from '../../../../bridge/codec/keyed-reader.js';
import { bytesOf, u, ue } from './bit-text.js';

/** Reads it and the byte behind it. */
const read = (subLayers: number, ...fields: string[]) => {
  const reader = new KeyedReader(new BitReader(bytesOf(...fields, u(8, 0xa7)), 0));
  const vui = readH265Vui(reader, subLayers);
  return { ...vui, key: reader.key, next: reader.bits.bits(8), overrun: reader.bits.overrun };
};

const NO_DISPLAY = '0000';
const FLAGS = '000';
const NO_WINDOW = '0';
const start = ['1', NO_DISPLAY, FLAGS, NO_WINDOW].join('');
const timing = (units: number, scale: number, rest = '0 0'): string => ['1', u(32, units), u(32, scale), rest].join('');
const withHrd = (hrd: string): string => timing(1, 25, `1${ue(0)}1${hrd}`);

const delays = u(15, 0x1234);
const schedule = (subPictures: boolean): string => `${(subPictures ? [1, 2, 3, 4] : [1, 2]).map(ue).join('')}1`;

describe('readH265Vui', () => {
  it('knows nothing if there is none, and that is as if it said nothing', () => {
    const none = read(0, '0');
    expect(none).toMatchObject({ pixelAspect: undefined, frameRate: undefined, next: 0xa7 });
    expect(read(0, start, '0', '0')).toEqual(none);
  });

  it('reads pictures per second, and leaves them out of the key', () => {
    const vui = read(0, start, timing(1001, 30_000), '0');
    expect(vui.frameRate).toEqual({ numerator: 30_000, denominator: 1001 });
    expect(vui.key).toBe(read(0, '0').key);
    expect(read(0, start, timing(0, 25), '0').frameRate).toBeUndefined();
  });

  it('takes in everything else', () => {
    const vui = read(
      ...([0, '1', '1', u(8, 14), '000', '1 0 1', `1${[1, 2, 3, 4].map(ue).join('')}`, '0'] as const),
      `1 0 1 1 ${[9, 8, 7, 6, 5].map(ue).join('')}`,
    );
    expect(vui).toMatchObject({ pixelAspect: { numerator: 4, denominator: 3 }, next: 0xa7 });
    expect(vui.key).toBe('4.3.0.5.0.2.2.2.0.0.1.0.1.1.1.2.3.4.1.0.1.1.9.8.7.6.5');
  });

  it.each([
    ['of no kind', 0, `00${'1'}${ue(5)}${ue(0)}`],
    ['of NAL units', 0, `10 0 ${u(8, 0x35)}${delays} 1${ue(5)}${ue(1)}${schedule(false).repeat(2)}`],
    ['of both', 0, `11 0 ${u(8, 0x35)}${delays} 1${ue(5)}${ue(2)}${schedule(false).repeat(6)}`],
    [
      'with sub-pictures',
      0,
      `01 1 ${u(19, 0x4321)}${u(8, 0x35)}${u(4, 9)}${delays} 1${ue(5)}${ue(1)}${schedule(true).repeat(2)}`,
    ],
    [
      'of sub-layers with a fixed rate, one within a sequence, and low delay',
      2,
      [
        `10 0 ${u(8, 0x35)}${delays}`,
        `1${ue(5)}${ue(1)}${schedule(false).repeat(2)}`,
        `01${ue(5)}${ue(0)}${schedule(false)}`,
        `00 1 ${schedule(false)}`,
      ].join(''),
    ],
    ['of a sub-layer with neither', 0, `10 0 ${u(8, 0x35)}${delays} 00 0 ${ue(1)}${schedule(false).repeat(2)}`],
  ])('finds its way past HRD parameters: %s', (_, subLayers, hrd) => {
    const vui = read(subLayers, start, withHrd(hrd), '0');
    expect(vui).toMatchObject({ next: 0xa7, frameRate: { numerator: 25, denominator: 1 } });
    expect(vui.key).toBe(read(0, '0').key);
  });

  it('refuses more schedules than there can be', () => {
    expect(read(0, start, withHrd(`10 0 ${u(8, 0)}${delays} 1${ue(5)}${ue(32)}`), '1'.repeat(200)).overrun).toBe(true);
  });
});
