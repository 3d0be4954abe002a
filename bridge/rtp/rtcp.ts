import type { ReceptionBlock } from './reception.js';

/** What a sender says of its clock (RFC 3550 6.4.1). */
export interface SenderReport {
  kind: 'senderReport';
  ssrc: number;
  /** UTC in µs since 1970, or whatever the camera takes for it; 0 if it does not know the time. */
  ntpMicros: number;
  /** The middle 32 bits of the NTP timestamp, which a receiver report sends back. */
  ntpMiddle: number;
  /** 32 bits: the same moment in ticks of the track's clock. */
  rtpTimestamp: number;
}

export type RtcpMessage = SenderReport | { kind: 'bye'; ssrc: number };

/** The sender report that a receiver report answers. */
export interface AnsweredReport {
  ntpMiddle: number;
  /** µs since it arrived. */
  ageMicros: number;
}

const HEADER = 4;
const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const BYE = 203;
const CNAME = 1;
/** SSRC, NTP timestamp, RTP timestamp, packets, octets. */
const SENDER_INFO = 24;
const REPORT_LENGTH = 32;
const LONGEST_NAME = 255;

/** NTP counts from 1900, in eras of 2^32 s. */
const NTP_TO_UNIX_SECONDS = 2_208_988_800;
const NTP_ERA_SECONDS = 2 ** 32;
const MICROS_PER_SECOND = 1_000_000;

/** Reads a compound packet up to the first part that is damaged. Reports of receivers and names are passed over. */
export const readRtcp = (bytes: Buffer): RtcpMessage[] => {
  const messages: RtcpMessage[] = [];
  let at = 0;
  while (bytes.length - at >= HEADER && bytes[at]! >> 6 === 2) {
    const end = at + HEADER + 4 * bytes.readUInt16BE(at + 2);
    if (end > bytes.length) break;
    readPart(bytes, at, end, messages);
    at = end;
  }
  return messages;
};

const readPart = (bytes: Buffer, at: number, end: number, messages: RtcpMessage[]): void => {
  const type = bytes[at + 1]!;
  const body = at + HEADER;
  if (type === SENDER_REPORT && end - body >= SENDER_INFO) {
    messages.push({
      kind: 'senderReport',
      ssrc: bytes.readUInt32BE(body),
      ntpMicros: ntpMicros(bytes.readUInt32BE(body + 4), bytes.readUInt32BE(body + 8)),
      ntpMiddle: bytes.readUInt32BE(body + 6),
      rtpTimestamp: bytes.readUInt32BE(body + 12),
    });
  } else if (type === BYE) {
    const sources = Math.min(bytes[at]! & 0x1f, (end - body) >> 2);
    for (let each = 0; each < sources; each++) {
      messages.push({ kind: 'bye', ssrc: bytes.readUInt32BE(body + 4 * each) });
    }
  }
};

const ntpMicros = (seconds: number, fraction: number): number => {
  if (seconds === 0 && fraction === 0) return 0;
  // The lower half of the numbers is of the next era, which begins in 2036 (RFC 4330 3).
  const era = seconds < NTP_ERA_SECONDS / 2 ? NTP_ERA_SECONDS : 0;
  const part = Math.round((fraction * MICROS_PER_SECOND) / 2 ** 32);
  return (seconds + era - NTP_TO_UNIX_SECONDS) * MICROS_PER_SECOND + part;
};

export interface SentSoFar {
  ssrc: number;
  /** A moment, in µs of UTC since 1970. */
  utc: number;
  /** The same moment in ticks of the track's clock; its lower 32 bits count. */
  rtpTimestamp: number;
  packets: number;
  /** Bytes of payload. */
  octets: number;
}

/** A sender report without blocks, with our name behind it. */
export const writeSenderReport = ({ ssrc, utc, rtpTimestamp, packets, octets }: SentSoFar, cname: string): Buffer => {
  const description = describe(ssrc, cname);
  const bytes = Buffer.alloc(HEADER + SENDER_INFO);
  writeHeader(bytes, 0, SENDER_REPORT, bytes.length);
  bytes[0] = 0x80;
  const seconds = Math.floor(utc / MICROS_PER_SECOND);
  const fraction = Math.floor(((utc - seconds * MICROS_PER_SECOND) * 2 ** 32) / MICROS_PER_SECOND);
  const words = [ssrc, seconds + NTP_TO_UNIX_SECONDS, fraction, rtpTimestamp, packets, octets];
  for (const [index, word] of words.entries()) bytes.writeUInt32BE(word >>> 0, HEADER + 4 * index);
  return Buffer.concat([bytes, description]);
};

/**
 * A receiver report on one source, with our name behind it, which every compound packet must have (RFC 3550 6.1).
 *
 * @param ssrc ours
 * @param cname at most 255 bytes of it are sent
 */
export const writeReceiverReport = (
  ssrc: number,
  block: ReceptionBlock,
  answered: AnsweredReport | undefined,
  cname: string,
): Buffer => {
  const bytes = Buffer.alloc(REPORT_LENGTH);
  writeHeader(bytes, 0, RECEIVER_REPORT, REPORT_LENGTH);
  bytes.writeUInt32BE(ssrc, 4);
  bytes.writeUInt32BE(block.ssrc, 8);
  bytes[12] = block.fractionLost;
  bytes.writeUIntBE(Math.min(block.cumulativeLost, 0x7fffff), 13, 3);
  bytes.writeUInt32BE(block.highestSequence >>> 0, 16);
  bytes.writeUInt32BE(block.jitter >>> 0, 20);
  if (answered !== undefined) {
    bytes.writeUInt32BE(answered.ntpMiddle, 24);
    bytes.writeUInt32BE(Math.round((answered.ageMicros * 65_536) / MICROS_PER_SECOND) >>> 0, 28);
  }
  return Buffer.concat([bytes, describe(ssrc, cname)]);
};

/** Our name (RFC 3550 6.5). */
const describe = (ssrc: number, cname: string): Buffer => {
  const name = Buffer.from(cname).subarray(0, LONGEST_NAME);
  // SSRC, item type, length, name and at least one zero, in whole words.
  const bytes = Buffer.alloc(HEADER + 4 * Math.ceil((4 + 2 + name.length + 1) / 4));
  writeHeader(bytes, 0, SOURCE_DESCRIPTION, bytes.length);
  bytes.writeUInt32BE(ssrc, 4);
  bytes[8] = CNAME;
  bytes[9] = name.length;
  name.copy(bytes, 10);
  return bytes;
};

/** Version 2, one source. The length counts in words and leaves out the first. */
const writeHeader = (bytes: Buffer, at: number, type: number, length: number): void => {
  bytes[at] = 0x81;
  bytes[at + 1] = type;
  bytes.writeUInt16BE(length / 4 - 1, at + 2);
};
