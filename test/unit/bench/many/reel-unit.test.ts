import { describe, expect, it } from 'vitest';
import { stamp, unitOf } from '../../../../bench/many/reel-unit.js';
import { readRtp } from '../../../../bridge/rtp/packet.js';

/** A picture of one NAL unit so long. */
const picture = (bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes + 4 }, (_, at) => (at < 3 ? 0 : at === 3 ? 1 : at === 4 ? 0x65 : 1 + (at % 250)));

/** The packets in what is sent, as they are on the wire. */
const packetsOf = (bytes: Buffer) => {
  const packets = [];
  for (let at = 0; at < bytes.length; ) {
    expect(bytes[at]).toBe(0x24);
    const length = bytes.readUInt16BE(at + 2);
    const { payload, ...head } = readRtp(bytes.subarray(at + 4, at + 4 + length))!;
    packets.push({ channel: bytes[at + 1], ...head, payload: Buffer.from(payload) });
    at += 4 + length;
  }
  return packets;
};

describe('a recorded picture', () => {
  it('becomes packets of a stream, whatever it was sent as before', () => {
    const unit = unitOf(picture(3000), true);
    const first = { channel: 4, sequence: 17, timestamp: 1000, ssrc: 0xfedc_ba98 };
    stamp(unit, first);
    const [before] = [packetsOf(unit.bytes)];
    expect(before.map(({ sequence }) => sequence)).toEqual([17, 18, 19]);
    expect(
      before.every(({ channel, timestamp, ssrc }) => channel === 4 && timestamp === 1000 && ssrc === first.ssrc),
    ).toBe(true);
    stamp(unit, { channel: 0, sequence: 500, timestamp: 4600, ssrc: 1 });
    const after = packetsOf(unit.bytes);
    expect(after.map(({ sequence, timestamp, ssrc, channel }) => [sequence, timestamp, ssrc, channel])).toEqual([
      [500, 4600, 1, 0],
      [501, 4600, 1, 0],
      [502, 4600, 1, 0],
    ]);
    expect(after.map(({ payload }) => payload)).toEqual(before.map(({ payload }) => payload));
    expect(after.map(({ marker }) => marker)).toEqual([false, false, true]);
  });

  it('keeps to the width of its numbers where they wrap', () => {
    const unit = unitOf(picture(3000), false);
    stamp(unit, { channel: 0, sequence: 65_535, timestamp: 2 ** 32 + 5, ssrc: -1 });
    const packets = packetsOf(unit.bytes);
    expect(packets.map(({ sequence }) => sequence)).toEqual([65_535, 0, 1]);
    expect(packets.map(({ timestamp }) => timestamp)).toEqual([5, 5, 5]);
    expect(packets.map(({ ssrc }) => ssrc)).toEqual([0xffff_ffff, 0xffff_ffff, 0xffff_ffff]);
  });

  it('counts its bytes without what stands in front of packets', () => {
    const { octets, packets, bytes } = unitOf(picture(100), true);
    expect(packets).toEqual([0]);
    expect(octets).toBe(100);
    expect(bytes).toHaveLength(4 + 12 + 100);
  });
});
