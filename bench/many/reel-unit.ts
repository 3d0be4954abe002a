/** The packets of a recorded picture, and what is written into them each time they are sent. */
import { nalUnits } from '../../bridge/codec/annex-b.js';
import { RTP_HEADER } from '../../bridge/rtp/packet.js';
import { payH264 } from '../../bridge/rtp/pay-h264.js';
import { PAYLOAD_TYPE } from '../../engine/tunnel/sdp.js';

/** A picture as it goes over the connection: all its packets, each behind `$`, channel and length (RFC 2326 10.12). */
export interface ReelUnit {
  /** Rewritten in place each time it is sent; replaced where somebody still holds it. */
  bytes: Buffer;
  /** Where the `$` of each packet is. */
  readonly packets: readonly number[];
  readonly key: boolean;
  /** Bytes of payload in all packets. */
  readonly octets: number;
}

/** Bytes of payload in a packet. */
const MOST_PAYLOAD = 1400;
const PREFIX = 4;
const DOLLAR = 0x24;

/** The packets of a picture. @param payload NAL units with start codes */
export const unitOf = (payload: Uint8Array, key: boolean): ReelUnit => {
  const head = { payloadType: PAYLOAD_TYPE, ssrc: 0, timestamp: 0, sequence: 0 };
  const packets = payH264(nalUnits(payload), head, MOST_PAYLOAD);
  const places: number[] = [];
  let at = 0;
  const framed = packets.map((packet) => {
    places.push(at);
    at += PREFIX + packet.length;
    const prefix = Buffer.of(DOLLAR, 0, packet.length >> 8, packet.length & 0xff);
    return Buffer.concat([prefix, packet]);
  });
  const octets = packets.reduce((sum, { length }) => sum + length - RTP_HEADER, 0);
  return { bytes: Buffer.concat(framed), packets: places, key, octets };
};

/** What differs between a recording and each time it is sent. Numbers are cut to their width. */
export interface Stamp {
  channel: number;
  /** 16 bits, of the first packet. */
  sequence: number;
  /** 32 bits. */
  timestamp: number;
  /** 32 bits. */
  ssrc: number;
}

/** Writes it into all packets of a picture. Makes nothing: it is called thousands of times a second. */
export const stamp = ({ bytes, packets }: Pick<ReelUnit, 'bytes' | 'packets'>, what: Readonly<Stamp>): void => {
  let { sequence } = what;
  for (const at of packets) {
    bytes[at + 1] = what.channel;
    bytes[at + PREFIX + 2] = sequence >> 8;
    bytes[at + PREFIX + 3] = sequence;
    writeWord(bytes, at + PREFIX + 4, what.timestamp);
    writeWord(bytes, at + PREFIX + 8, what.ssrc);
    sequence++;
  }
};

const writeWord = (bytes: Buffer, at: number, word: number): void => {
  const whole = word >>> 0;
  bytes[at] = whole >>> 24;
  bytes[at + 1] = whole >>> 16;
  bytes[at + 2] = whole >>> 8;
  bytes[at + 3] = whole;
};
