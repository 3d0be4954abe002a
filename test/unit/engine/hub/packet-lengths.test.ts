import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketLengths } from '../../../../engine/hub/packet-lengths.js';

const lengthField = (length: number): number[] => {
  const bytes: number[] = [];
  do {
    bytes.push((length % 128) + (length >= 128 ? 128 : 0));
    length = Math.floor(length / 128);
  } while (length > 0);
  return bytes;
};

const packet = (contents: number): Buffer =>
  Buffer.concat([Buffer.from([0x30, ...lengthField(contents)]), Buffer.alloc(contents, 0xff)]);

/** What a reader says of bytes that come in pieces. */
const read = (limit: number, bytes: Buffer, pieces: readonly number[]): number | undefined => {
  const lengths = new PacketLengths(limit);
  let at = 0;
  for (const size of [...pieces, bytes.length]) {
    const said = lengths.push(bytes.subarray(at, at + size));
    if (said !== undefined) return said;
    at += size;
  }
  return undefined;
};

describe('lengths of packets', () => {
  it('are read however the bytes are cut', () => {
    const contents = fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 6 });
    const pieces = fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 12 });
    fc.assert(
      fc.property(contents, pieces, fc.integer({ min: 2, max: 45_000 }), (sizes, cuts, limit) => {
        const packets = sizes.map(packet);
        const first = packets.find((each) => each.length > limit)?.length;
        expect(read(limit, Buffer.concat(packets), cuts)).toBe(first);
      }),
    );
  });

  it('are known before the contents have come', () => {
    expect(read(1000, Buffer.from([0x30, ...lengthField(200_000_000)]), [1, 1, 1, 1])).toBe(200_000_005);
    expect(read(10, Buffer.from([0x30, ...lengthField(9)]), [])).toBe(11);
    expect(read(11, packet(9), [])).toBeUndefined();
  });

  it('of more than four bytes are wrong', () => {
    expect(read(1e9, Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff]), [])).toBe(Number.POSITIVE_INFINITY);
  });
});
