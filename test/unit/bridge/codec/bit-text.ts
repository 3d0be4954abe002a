/** Fields as texts of 0 and 1, so that a test can spell out what stands in a NAL unit. */

/** u(n). */
export const u = (n: number, value: number): string => value.toString(2).padStart(n, '0');

/** ue(v). */
export const ue = (value: number): string => {
  const digits = (value + 1).toString(2);
  return '0'.repeat(digits.length - 1) + digits;
};

/** se(v). */
export const se = (value: number): string => ue(value > 0 ? 2 * value - 1 : -2 * value);

/** Spaces are for the reader; the last byte is filled up with zeros. */
export const bytesOf = (...fields: string[]): Uint8Array => {
  const digits = fields.join('').replaceAll(' ', '');
  return Uint8Array.from(digits.match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
};

export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
