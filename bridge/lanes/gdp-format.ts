/**
 * The wire format of the lanes: GStreamer Data Protocol 1.0, what `gdppay` writes and `gdpdepay` reads.
 * One packet is a header of 62 bytes, big-endian, and its payload:
 *
 *      0        2     3     4      6        10      18         26       34           42      44     52       58    60
 *      version  flags  pad  type   length   pts     duration   offset   offset end   flags   dts    unused   crc   crc of
 *      01 00                       u32      u64 ns  u64 ns     u64      u64          u16     u64 ns          u16   payload
 *
 * The CRC covers bytes 0 to 57.
 */
export const HEADER_LENGTH = 62;

/** Bit 0 of the flags at offset 2: the CRC of the header is filled in. */
export const FLAG_HEADER_CRC = 1;

export const PacketType = {
  buffer: 1,
  caps: 2,
  /** Events are `eventBase` + GStreamer's event number. */
  eventBase: 64,
} as const;

// GStreamer numbers its events (number << 8) | direction and stickiness.
export const EVENT_STREAM_START = PacketType.eventBase + ((40 << 8) | 14);
export const EVENT_SEGMENT = PacketType.eventBase + ((70 << 8) | 14);
export const EVENT_SEGMENT_DONE = PacketType.eventBase + ((150 << 8) | 6);
export const EVENT_EOS = PacketType.eventBase + ((110 << 8) | 14);

/** Buffer flags of GStreamer that matter here. */
export const BufferFlag = {
  discont: 0x40,
  marker: 0x200,
  /** Not a keyframe. */
  deltaUnit: 0x2000,
} as const;

const CRC_TABLE = (() => {
  const table = new Uint16Array(256);
  for (let i = 0; i < 256; i++) {
    let value = i << 8;
    for (let bit = 0; bit < 8; bit++) value = value & 0x8000 ? (value << 1) ^ 0x1021 : value << 1;
    table[i] = value;
  }
  return table;
})();

/** CRC-16/GENIBUS (CCITT polynomial, start 0xFFFF, inverted), as `gst_dp_crc`. */
export const headerCrc = (bytes: Uint8Array, offset: number, length = 58): number => {
  let crc = 0xffff;
  for (let i = offset; i < offset + length; i++) {
    crc = ((crc << 8) & 0xffff) ^ CRC_TABLE[(crc >> 8) ^ bytes[i]!]!;
  }
  return crc ^ 0xffff;
};
