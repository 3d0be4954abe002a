import { describe, expect, it } from 'vitest';
import { StoredUnits } from '../../../../engine/mp4/stored-units.js';
import { h264Sps } from '../../bridge/codec/fixtures.js';

const PPS = Uint8Array.of(0x68, 0xce, 0x3c, 0x80);
const OTHER_PPS = Uint8Array.of(0x68, 0xee, 0x3c, 0x80);
const SLICE = Uint8Array.of(0x65, 1, 2, 3);

const stream = (...nals: Uint8Array[]): Buffer =>
  Buffer.concat(nals.flatMap((nal) => [Uint8Array.of(0, 0, 0, 1), nal]));

const file = (...nals: Uint8Array[]): Buffer =>
  Buffer.concat(nals.flatMap((nal) => [Uint8Array.of(0, 0, 0, nal.length), nal]));

describe('units in a file', () => {
  it('have their parameter sets apart', () => {
    const first = stream(h264Sps.main, PPS, SLICE);
    const units = StoredUnits.of('h264', first)!;
    const sets = `01${Buffer.from(h264Sps.main.subarray(1, 4)).toString('hex')}ffe1`;
    expect(units.configuration.toString('hex').startsWith(sets)).toBe(true);
    expect(units.stored(first)).toEqual(file(SLICE));
  });

  it('keep sets that change, and those that change back', () => {
    const units = StoredUnits.of('h264', stream(h264Sps.main, PPS, SLICE))!;
    expect(units.stored(stream(h264Sps.main, PPS, SLICE))).toEqual(file(SLICE));
    expect(units.stored(stream(OTHER_PPS, SLICE))).toEqual(file(OTHER_PPS, SLICE));
    expect(units.stored(stream(PPS, SLICE))).toEqual(file(PPS, SLICE));
  });

  it('cannot begin without sets', () => {
    expect(StoredUnits.of('h264', stream(SLICE))).toBeUndefined();
  });
});
