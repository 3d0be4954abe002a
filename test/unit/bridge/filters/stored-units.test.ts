import { describe, expect, it } from 'vitest';
import { StoredUnits } from '../../../../bridge/filters/stored-units.js';
import { H264_CAPS } from '../../../kit/fake-bridge.js';
import { h264Sps } from '../codec/fixtures.js';

const PPS = Uint8Array.of(0x68, 0xce, 0x3c, 0x80);
const OTHER_PPS = Uint8Array.of(0x68, 0xee, 0x3c, 0x80);
const SLICE = Uint8Array.of(0x65, 1, 2, 3);

const stream = (...nals: Uint8Array[]): Buffer =>
  Buffer.concat(nals.flatMap((nal) => [Uint8Array.of(0, 0, 0, 1), nal]));

const file = (...nals: Uint8Array[]): Buffer =>
  Buffer.concat(nals.flatMap((nal) => [Uint8Array.of(0, 0, 0, nal.length), nal]));

describe('units in a file', () => {
  it('have their parameter sets in the caps', () => {
    const units = new StoredUnits('h264', H264_CAPS);
    const first = stream(h264Sps.main, PPS, SLICE);
    const caps = units.begin(first);
    expect(caps).toContain('stream-format=(string)avc');
    expect(caps).not.toContain('byte-stream');
    expect(caps).toContain(`codec_data=(buffer)01${Buffer.from(h264Sps.main.subarray(1, 4)).toString('hex')}ffe1`);
    expect(units.stored(first)).toEqual(file(SLICE));
  });

  it('keep sets that change, and those that change back', () => {
    const units = new StoredUnits('h264', H264_CAPS);
    units.begin(stream(h264Sps.main, PPS, SLICE));
    expect(units.stored(stream(h264Sps.main, PPS, SLICE))).toEqual(file(SLICE));
    expect(units.stored(stream(OTHER_PPS, SLICE))).toEqual(file(OTHER_PPS, SLICE));
    expect(units.stored(stream(PPS, SLICE))).toEqual(file(PPS, SLICE));
  });

  it('cannot begin without sets', () => {
    expect(new StoredUnits('h264', H264_CAPS).begin(stream(SLICE))).toBeUndefined();
  });
});
