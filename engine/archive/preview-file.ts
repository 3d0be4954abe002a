import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { MICROS_PER_SECOND, type UtcMicros } from '../core/time.js';
import { dayFolder } from './segment-name.js';

/** A small picture of a video, kept beside its media. */
export interface StoredPreview {
  /** When it was taken. */
  utc: UtcMicros;
  width: number;
  height: number;
  jpeg: Buffer;
}

/** Where a picture is in the file of its hour. */
export interface PreviewPlace {
  utc: UtcMicros;
  /** Of the whole record. */
  offset: number;
  length: number;
}

/**
 * A file is a row of records that is only added to, each a head and a JPEG behind it, big-endian:
 *
 *      0         4              8            16      18      20              24
 *      "SPV1"    u32 length     u64 time µs  width   height  CRC-32 of JPEG
 *
 * What a crash has torn is the last record. It is no record for readers, and cut off before the next is written.
 */
const MAGIC = 0x5350_5631;
const HEAD = 24;
/** A larger picture is not kept. */
const MOST_JPEG = 1024 * 1024;
const HOUR = 3600 * MICROS_PER_SECOND;
const FILE = /^previews-(\d\d)\.bin$/;

/** The beginning of the hour whose file has the pictures of this moment. */
export const hourOf = (utc: UtcMicros): UtcMicros => (utc - (utc % HOUR)) as UtcMicros;

export const nextHour = (hour: UtcMicros): UtcMicros => (hour + HOUR) as UtcMicros;

/** File of an hour's pictures, in the folder of a video. */
export const previewFile = (utc: UtcMicros): string =>
  join(dayFolder(utc), `previews-${String(Math.floor((utc % (24 * HOUR)) / HOUR)).padStart(2, '0')}.bin`);

/** Whether a file in a day's folder is one of pictures. */
export const isPreviewFile = (name: string): boolean => FILE.test(name);

/** The hour whose pictures are in this file; undefined if it is none. */
export const hourOfFile = (day: string, name: string): UtcMicros | undefined => {
  const hour = FILE.exec(name)?.[1];
  const start = hour === undefined ? Number.NaN : Date.parse(`${day}T${hour}:00:00Z`);
  return Number.isFinite(start) ? ((start * 1000) as UtcMicros) : undefined;
};

/** Undefined for a picture that is too large to be kept. */
export const previewRecord = ({ utc, width, height, jpeg }: StoredPreview): Buffer | undefined => {
  if (jpeg.length > MOST_JPEG || width > 0xffff || height > 0xffff) return undefined;
  const record = Buffer.allocUnsafe(HEAD + jpeg.length);
  record.writeUInt32BE(MAGIC, 0);
  record.writeUInt32BE(jpeg.length, 4);
  record.writeBigUInt64BE(BigInt(utc), 8);
  record.writeUInt16BE(width, 16);
  record.writeUInt16BE(height, 18);
  record.writeUInt32BE(crc32(jpeg), 20);
  record.set(jpeg, HEAD);
  return record;
};

/** The whole records at the beginning of these bytes. @param offset of the bytes in their file */
export const placesIn = (bytes: Buffer, offset: number): PreviewPlace[] => {
  const places: PreviewPlace[] = [];
  for (let at = 0; at + HEAD <= bytes.length && bytes.readUInt32BE(at) === MAGIC; ) {
    const length = HEAD + bytes.readUInt32BE(at + 4);
    if (length > HEAD + MOST_JPEG || at + length > bytes.length) break;
    places.push({ utc: Number(bytes.readBigUInt64BE(at + 8)) as UtcMicros, offset: offset + at, length });
    at += length;
  }
  return places;
};

/** Undefined if the record is damaged. */
export const previewIn = (record: Buffer): StoredPreview | undefined => {
  if (record.length < HEAD || record.readUInt32BE(0) !== MAGIC) return undefined;
  const jpeg = record.subarray(HEAD);
  if (jpeg.length !== record.readUInt32BE(4) || crc32(jpeg) !== record.readUInt32BE(20)) return undefined;
  return {
    utc: Number(record.readBigUInt64BE(8)) as UtcMicros,
    ...{ width: record.readUInt16BE(16), height: record.readUInt16BE(18), jpeg },
  };
};
