import { RTP_HEADER } from './packet.js';

/** What a packet of a track begins with. */
export interface PacketHead {
  /** 7 bits. */
  payloadType: number;
  /** 32 bits. */
  ssrc: number;
  /** 32 bits, in ticks of the track's clock. */
  timestamp: number;
  /** 16 bits, of the first packet. */
  sequence: number;
}

const VERSION = 0x80;
const MARKER = 0x80;
/** A part of a NAL unit (RFC 6184 5.8). */
const FU_A = 28;
const FU_HEAD = 2;
const FU_START = 0x80;
const FU_END = 0x40;

/**
 * The packets of one picture (RFC 6184, packetization-mode 1): a NAL unit is one packet or, where it is too long, several
 * parts. The last one has the marker.
 *
 * @param nals of the picture, in their order; at least one, none of them empty
 * @param most bytes of payload in a packet
 */
export const payH264 = (nals: readonly Uint8Array[], head: PacketHead, most: number): Buffer[] => {
  const packets: Buffer[] = [];
  const add = (payload: readonly Uint8Array[], isLast: boolean): void => {
    const length = payload.reduce((sum, each) => sum + each.length, RTP_HEADER);
    const packet = Buffer.allocUnsafe(length);
    packet[0] = VERSION;
    packet[1] = (isLast ? MARKER : 0) | head.payloadType;
    packet.writeUInt16BE((head.sequence + packets.length) & 0xffff, 2);
    packet.writeUInt32BE(head.timestamp >>> 0, 4);
    packet.writeUInt32BE(head.ssrc >>> 0, 8);
    let at = RTP_HEADER;
    for (const each of payload) {
      packet.set(each, at);
      at += each.length;
    }
    packets.push(packet);
  };
  for (const [index, nal] of nals.entries()) {
    const isLast = index + 1 === nals.length;
    if (nal.length <= most) {
      add([nal], isLast);
      continue;
    }
    const first = nal[0]!;
    const size = most - FU_HEAD;
    for (let at = 1; at < nal.length; at += size) {
      const end = Math.min(nal.length, at + size);
      const place = (at === 1 ? FU_START : 0) | (end === nal.length ? FU_END : 0);
      const parts = Uint8Array.of((first & 0xe0) | FU_A, place | (first & 0x1f));
      add([parts, nal.subarray(at, end)], isLast && end === nal.length);
    }
  }
  return packets;
};
