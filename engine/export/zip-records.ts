/** A file in a zip, as its records tell of it. */
export interface ZipEntry {
  /** With `/` between folders. */
  name: string;
  length: number;
  /** Seconds since 1970. */
  modified: number;
  /** Where its local header begins. */
  offset: number;
}

const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
/** The checksum comes behind the content; names are UTF-8. */
const FLAGS = 0x0808;
const MOST_32 = 0xffff_ffff;

const isLong = ({ length }: ZipEntry): boolean => length >= MOST_32;
const isFar = ({ offset }: ZipEntry): boolean => offset >= MOST_32;

/** In front of a file's content. Its checksum is not known yet. */
export const localHeader = (entry: ZipEntry): Buffer => {
  const name = Buffer.from(entry.name);
  // What makes the lengths behind the content 8 bytes wide.
  const extra = isLong(entry) ? Buffer.concat([u16(1, 16), u64(0, 0)]) : Buffer.alloc(0);
  const length = isLong(entry) ? MOST_32 : 0;
  return Buffer.concat([
    ...[u32(LOCAL), u16(isLong(entry) ? 45 : 20, FLAGS, 0), dosTime(entry.modified), u32(0, length, length)],
    ...[u16(name.length, extra.length), name, extra],
  ]);
};

/** Behind a file's content. */
export const descriptor = (entry: ZipEntry, crc: number): Buffer => {
  const lengths = isLong(entry) ? u64(entry.length, entry.length) : u32(entry.length, entry.length);
  return Buffer.concat([u32(DESCRIPTOR, crc), lengths]);
};

/** The list of all files, at the end. */
export const directory = (entries: readonly ZipEntry[], crcs: readonly number[], offset: number): Buffer => {
  const records = entries.map((entry, index) => record(entry, crcs[index]!));
  const length = records.reduce((sum, each) => sum + each.length, 0);
  const isLarge = offset + length >= MOST_32 || entries.length >= 0xffff;
  const end64 = [
    ...[u32(END_64), u64(44), u16(45, 45), u32(0, 0), u64(entries.length, entries.length, length, offset)],
    ...[u32(LOCATOR_64, 0), u64(offset + length), u32(1)],
  ];
  const count = isLarge ? 0xffff : entries.length;
  const place = isLarge ? [MOST_32, MOST_32] : [length, offset];
  return Buffer.concat([
    ...records,
    ...(isLarge ? end64 : []),
    u32(END),
    u16(0, 0, count, count),
    u32(...place),
    u16(0),
  ]);
};

const record = (entry: ZipEntry, crc: number): Buffer => {
  const name = Buffer.from(entry.name);
  const wide = [...(isLong(entry) ? [entry.length, entry.length] : []), ...(isFar(entry) ? [entry.offset] : [])];
  const extra = wide.length > 0 ? Buffer.concat([u16(1, wide.length * 8), u64(...wide)]) : Buffer.alloc(0);
  const length = isLong(entry) ? MOST_32 : entry.length;
  return Buffer.concat([
    ...[u32(CENTRAL), u16(0x0300 | 45, wide.length > 0 ? 45 : 20, FLAGS, 0), dosTime(entry.modified)],
    ...[u32(crc, length, length), u16(name.length, extra.length, 0, 0, 0)],
    // A regular file that everybody may read.
    ...[u32(0o100644 * 0x10000, isFar(entry) ? MOST_32 : entry.offset), name, extra],
  ]);
};

/** In UTC, in steps of 2 s. */
const dosTime = (seconds: number): Buffer => {
  const at = new Date(seconds * 1000);
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  const date = ((Math.max(1980, at.getUTCFullYear()) - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  return u16(time, date);
};

const u16 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, index * 2);
  return bytes;
};

const u32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, index * 4);
  return bytes;
};

const u64 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), index * 8);
  return bytes;
};
