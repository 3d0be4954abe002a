import type { EncodedUnit } from '../types.js';
import {
  BufferFlag,
  EVENT_EOS,
  EVENT_SEGMENT,
  EVENT_SEGMENT_DONE,
  EVENT_STREAM_START,
  FLAG_HEADER_CRC,
  HEADER_LENGTH,
  headerCrc,
  PacketType,
} from './gdp-format.js';
import { takePacket } from './packet-pool.js';

const STREAM_START =
  'GstEventStreamStart, stream-id=(string)lane, flags=(GstStreamFlags)GST_STREAM_FLAG_NONE, group-id=(uint)1;';

/** A segment in time that begins at `start`, in ns, as GStreamer 1.22 serialises it. */
const timeSegment = (start: bigint): string =>
  'GstEventSegment, segment=(GstSegment)"segment, flags=(GstSegmentFlags)GST_SEGMENT_FLAG_NONE, ' +
  'rate=(double)1, applied-rate=(double)1, format=(GstFormat)time, base=(guint64)0, offset=(guint64)0, ' +
  `start=(guint64)${start}, stop=(guint64)18446744073709551615, time=(guint64)0, position=(guint64)0, ` +
  'duration=(guint64)18446744073709551615;";';

/** Where the segment begins that the payload of such an event tells of, in µs. */
export const segmentStart = (payload: Uint8Array): number => {
  const [, start = '0'] = /start=\(guint64\)(\d+)/.exec(Buffer.from(payload).toString('latin1')) ?? [];
  return Number(BigInt(start) / 1000n);
};

/** What comes before the first unit of a stream. GStreamer requires this order. */
export const streamHead = (capsText: string): Buffer =>
  Buffer.concat([textPacket(EVENT_STREAM_START, STREAM_START), capsPacket(capsText), openSegment()]);

/** What the units behind it are of. */
export const capsPacket = (capsText: string): Buffer => textPacket(PacketType.caps, capsText);

/** Opens the segment: it holds every time, so that no later buffer is dropped. */
export const openSegment = (): Buffer => textPacket(EVENT_SEGMENT, timeSegment(0n));

/** Closes the segment: it starts at 2^62 ns, so that later buffers are dropped. */
export const closedSegment = (): Buffer => textPacket(EVENT_SEGMENT, timeSegment(1n << 62n));

/** Makes a decoder give out every picture that it holds back, and passes through at once. The stream goes on behind it. */
export const segmentDone = (): Buffer =>
  textPacket(EVENT_SEGMENT_DONE, 'GstEventSegmentDone, format=(GstFormat)time, position=(gint64)0;');

/** A buffer that is no media: a number, by which it is known again. It has no time, because time would be told where it is dropped. */
export const markPacket = (number: number): Buffer => {
  const bytes = packet(PacketType.buffer, MARK_BYTES);
  writeNanos(bytes, 18, null);
  bytes.fill(0xff, 26, 42);
  bytes.writeUInt16BE(BufferFlag.marker, 42);
  writeNanos(bytes, 44, null);
  bytes.writeUInt32BE(number, HEADER_LENGTH);
  return seal(bytes);
};

/** The number of a mark; undefined for what is none. */
export const markOf = (payload: Uint8Array): number | undefined =>
  payload.length === MARK_BYTES ? Buffer.from(payload).readUInt32BE() : undefined;

const MARK_BYTES = 4;

/** The end of the stream: a header without payload. */
export const endOfStream = (): Buffer => seal(packet(EVENT_EOS, 0));

/**
 * One access unit as a packet that travels with these times, in µs. It says nothing of decoding times: decoders need
 * none, and files get new ones. The payload is copied, so that the caller's bytes are free at once.
 */
export const unitPacket = (
  { key, payload }: Pick<EncodedUnit, 'key' | 'payload'>,
  pts: number | null,
  duration: number | null,
  discont: boolean,
): Buffer => {
  const bytes = takePacket(HEADER_LENGTH + payload.length);
  bytes.set(payload, HEADER_LENGTH);
  head(bytes, PacketType.buffer);
  writeNanos(bytes, 10, pts);
  writeNanos(bytes, 18, duration);
  bytes.fill(0xff, 26, 42);
  bytes.writeUInt16BE((key ? 0 : BufferFlag.deltaUnit) | (discont ? BufferFlag.discont : 0), 42);
  writeNanos(bytes, 44, null);
  return seal(bytes);
};

const textPacket = (type: number, text: string): Buffer => {
  const length = Buffer.byteLength(text) + 1;
  const bytes = packet(type, length);
  bytes.write(text, HEADER_LENGTH);
  bytes[bytes.length - 1] = 0;
  return seal(bytes);
};

/** A header without its check sum, and room for the payload. */
const packet = (type: number, length: number): Buffer => head(Buffer.allocUnsafe(HEADER_LENGTH + length), type);

const head = (bytes: Buffer, type: number): Buffer => {
  bytes.fill(0, 0, HEADER_LENGTH);
  bytes[0] = 1;
  bytes[2] = FLAG_HEADER_CRC;
  bytes.writeUInt16BE(type, 4);
  bytes.writeUInt32BE(bytes.length - HEADER_LENGTH, 6);
  // No presentation time, as GStreamer writes it.
  bytes.fill(0xff, 10, 18);
  return bytes;
};

const seal = (bytes: Buffer): Buffer => {
  bytes.writeUInt16BE(headerCrc(bytes, 0), 58);
  return bytes;
};

const writeNanos = (bytes: Buffer, offset: number, micros: number | null): void => {
  if (micros === null) {
    bytes.fill(0xff, offset, offset + 8);
    return;
  }
  // A multiple of 1000 stays exact in a double up to 2^56. GStreamer knows no time before 0.
  const nanos = Math.min(Math.max(0, micros), Number.MAX_SAFE_INTEGER) * 1000;
  const high = Math.floor(nanos / 4294967296);
  bytes.writeUInt32BE(high, offset);
  bytes.writeUInt32BE(nanos - high * 4294967296, offset + 4);
};
