import { describe, expect, it } from 'vitest';
import { decoderConfiguration, parameterSetsIn } from '../../../../bridge/codec/decoder-configuration.js';
import { hex } from './bit-text.js';
import { h264Sps } from './fixtures.js';

/** Records as ffmpeg writes them, with the parameter sets that are in them. */
const RECORDS = [
  {
    ...{ codec: 'h264' as const, name: 'High 4:2:2 with 10 bits' },
    sets: ['677a000ab6cd942c4ec044000003000400000300503c489658', '68ebe3cb22c0'],
    record: '017a000affe10019677a000ab6cd942c4ec044000003000400000300503c48965801000668ebe3cb22c0fefafa00',
  },
  {
    ...{ codec: 'h265' as const, name: '4:4:4' },
    sets: [
      '40010c01ffff0408000003009e0800000300001e959809',
      '4201010408000003009e0800000300001e9002c4048b2cacd24995e02dc08080010000030001000003000a08',
      '4401c172860c4624',
    ],
    record:
      '0104080000009e08000000001ef000fcfff8f800000f03a00001001740010c01ffff0408000003009e0800000300001e959809a10001002c' +
      '42010104080000' +
      '03009e0800000300001e9002c4048b2cacd24995e02dc08080010000030001000003000a08a2000100084401c172860c4624',
  },
] as const;

describe('the record of parameter sets in a file', () => {
  it.each(RECORDS)('is what ffmpeg writes for $codec, $name', ({ codec, sets, record }) => {
    expect(decoderConfiguration(codec, sets.map(hex))?.toString('hex')).toBe(record);
  });

  it.each(RECORDS)('gives back its sets, of $codec, $name', ({ codec, sets, record }) => {
    expect(parameterSetsIn(codec, Buffer.from(hex(record))).map((set) => set.toString('hex'))).toEqual(sets);
  });

  it.each(RECORDS)('gives those that are whole of a torn one, of $codec', ({ codec, sets, record }) => {
    const bytes = Buffer.from(hex(record));
    for (let length = 0; length < bytes.length; length++) {
      const found = parameterSetsIn(codec, bytes.subarray(0, length)).map((set) => set.toString('hex'));
      expect(found).toEqual(sets.slice(0, found.length));
    }
  });

  it('ends early for Main', () => {
    const pps = Uint8Array.of(0x68, 0xce, 0x3c, 0x80);
    const record = decoderConfiguration('h264', [h264Sps.main, pps])!;
    expect(record).toHaveLength(6 + 2 + h264Sps.main.length + 1 + 2 + pps.length);
  });

  it('is not made of more sets than it can count', () => {
    const pps = Uint8Array.of(0x68, 0xce, 0x3c, 0x80);
    const record = (count: number) =>
      decoderConfiguration('h264', [h264Sps.main, ...new Array<Uint8Array>(count).fill(pps)]);
    expect(record(255)).toBeDefined();
    expect(record(256)).toBeUndefined();
  });

  it.each(RECORDS)('needs every kind of $codec', ({ codec, sets }) => {
    for (const missing of sets) {
      const others = sets.filter((set) => set !== missing).map(hex);
      expect(decoderConfiguration(codec, others)).toBeUndefined();
    }
  });

  it('is not made of a damaged set', () => {
    expect(decoderConfiguration('h264', [h264Sps.high.subarray(0, 8), Uint8Array.of(0x68, 0xce)])).toBeUndefined();
  });
});
