import { describe, expect, it } from 'vitest';
import { readRtp } from '../../../../bridge/rtp/packet.js';
import { randomOf } from '../../../kit/motion-planes.js';
import { integer, packet, randomBytes } from './collect.js';

const read = (hex: string) => {
  const found = readRtp(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  return found && { ...found, payload: found.payload.toString('hex') };
};

describe('readRtp', () => {
  it('reads a plain packet', () => {
    expect(read('80 e0 fffe 00015f90 deadbeef 4101')).toEqual({
      marker: true,
      payloadType: 96,
      sequence: 65534,
      timestamp: 90_000,
      ssrc: 0xdeadbeef,
      payload: '4101',
      payloadOffset: 12,
    });
  });

  it('passes over contributing sources, extension and padding', () => {
    const bytes = 'b2 60 0001 00000002 00000003 0000000a 0000000b bede 0001 11223344 410102 000003';
    expect(read(bytes)).toMatchObject({ marker: false, payload: '410102', payloadOffset: 28 });
  });

  it('takes a packet without payload, or with nothing but padding', () => {
    expect(read('80 60 0001 00000002 00000003')).toMatchObject({ payload: '' });
    expect(read('a0 60 0001 00000002 00000003 00000004')).toMatchObject({ payload: '' });
  });

  it('gives the payload as a view', () => {
    const bytes = packet({ payload: [1, 2, 3] });
    expect(readRtp(bytes)?.payload.buffer).toBe(bytes.buffer);
  });

  it.each([
    ['nothing', ''],
    ['eleven bytes', '80 60 0001 00000002 000000'],
    ['version 1', '40 60 0001 00000002 00000003 41'],
    ['sources beyond the end', '8f 60 0001 00000002 00000003 41'],
    ['an extension without a header', '90 60 0001 00000002 00000003 be'],
    ['an extension beyond the end', '90 60 0001 00000002 00000003 bede 0002 11223344'],
    ['padding of no bytes', 'a0 60 0001 00000002 00000003 4100'],
    ['padding that reaches into the header', 'a0 60 0001 00000002 00000003 4103'],
  ])('knows that %s is no RTP', (_, bytes) => {
    expect(read(bytes)).toBeUndefined();
  });

  it('reads nothing beyond the end, whatever comes', () => {
    const random = randomOf(11);
    let most = 0;
    for (let run = 0; run < 100_000; run++) {
      const bytes = randomBytes(random, integer(random, 0, 40));
      if (random() < 0.9 && bytes.length > 0) bytes[0] = 0x80 | integer(random, 0, 63);
      const found = readRtp(bytes);
      if (found) most = Math.max(most, found.payloadOffset + found.payload.length - bytes.length);
    }
    expect(most).toBe(0);
  });
});
