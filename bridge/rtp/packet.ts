/** One RTP packet (RFC 3550 5.1), without its padding, contributing sources and header extension. */
export interface RtpPacket {
  marker: boolean;
  /** 7 bits. */
  payloadType: number;
  /** 16 bits. */
  sequence: number;
  /** 32 bits, in ticks of the track's clock. */
  timestamp: number;
  ssrc: number;
  /** A view. */
  payload: Buffer;
  /** Where the payload begins in the packet. */
  payloadOffset: number;
}

/** Length of a header with nothing optional in it. */
export const RTP_HEADER = 12;

const VERSION = 2;

/** One record for all packets: with hundreds of cameras, one for each would be most of what the collector has to do. */
const record: RtpPacket = {
  marker: false,
  payloadType: 0,
  sequence: 0,
  timestamp: 0,
  ssrc: 0,
  payload: Buffer.alloc(0),
  payloadOffset: 0,
};

/** Reads a packet; undefined if it is no RTP. What it returns is valid until the next call. */
export const readRtp = (bytes: Buffer): RtpPacket | undefined => {
  if (bytes.length < RTP_HEADER) return undefined;
  const flags = bytes[0]!;
  if (flags >> 6 !== VERSION) return undefined;
  const start = payloadStart(bytes, flags);
  const end = payloadEnd(bytes, flags);
  if (start > end) return undefined;
  const second = bytes[1]!;
  record.marker = (second & 0x80) !== 0;
  record.payloadType = second & 0x7f;
  record.sequence = bytes.readUInt16BE(2);
  record.timestamp = bytes.readUInt32BE(4);
  record.ssrc = bytes.readUInt32BE(8);
  record.payload = bytes.subarray(start, end);
  record.payloadOffset = start;
  return record;
};

/** May lie beyond the end of the packet. */
const payloadStart = (bytes: Buffer, flags: number): number => {
  const start = RTP_HEADER + 4 * (flags & 0x0f);
  if ((flags & 0x10) === 0) return start;
  // Extension: 16 bits of the profile's, 16 bits with the number of words that follow (RFC 3550 5.3.1).
  return start + 4 > bytes.length ? start + 4 : start + 4 + 4 * bytes.readUInt16BE(start + 2);
};

/** The last byte of padding is the number of padding bytes, itself included. -1 if that cannot be. */
const payloadEnd = (bytes: Buffer, flags: number): number => {
  if ((flags & 0x20) === 0) return bytes.length;
  const padding = bytes[bytes.length - 1]!;
  return padding === 0 ? -1 : bytes.length - padding;
};
