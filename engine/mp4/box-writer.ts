/** A box: its length, its type and what is in it. */
export const box = (type: string, ...content: readonly Uint8Array[]): Buffer => {
  const length = content.reduce((sum, each) => sum + each.length, 8);
  const bytes = Buffer.allocUnsafe(length);
  bytes.writeUInt32BE(length, 0);
  bytes.write(type, 4, 'latin1');
  let at = 8;
  for (const each of content) {
    bytes.set(each, at);
    at += each.length;
  }
  return bytes;
};

/** A box with a version and flags in front of what is in it. */
export const fullBox = (type: string, version: number, flags: number, ...content: readonly Uint8Array[]): Buffer =>
  box(type, u32(((version << 24) | flags) >>> 0), ...content);

export const u16 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.allocUnsafe(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
};

export const u32 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.allocUnsafe(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
  return bytes;
};

/** @param value a safe integer that is not negative */
export const u64 = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};

/** Text with the zero byte that ends it. */
export const text = (value: string): Buffer => Buffer.from(`${value}\0`, 'utf8');

/** MP4 counts seconds from 1904. */
export const SINCE_1904 = 2_082_844_800;
