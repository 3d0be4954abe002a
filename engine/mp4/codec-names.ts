import type { NalCodec } from '../../bridge/types.js';

/**
 * The name of a codec with its profile and level, as RFC 6381 and ISO/IEC 14496-15 write it.
 *
 * @param configuration content of an `avcC` or `hvcC` box, at least 4 or 13 bytes
 * @param entry type of the sample entry
 */
export const codecName = (
  codec: NalCodec,
  configuration: Buffer,
  entry = codec === 'h264' ? 'avc1' : 'hvc1',
): string =>
  codec === 'h264'
    ? `${entry}.${configuration.toString('hex', 1, 4).toUpperCase()}`
    : `${entry}.${hevcProfile(configuration)}`;

/** ISO/IEC 14496-15, annex E.3: profile space and profile, compatibility in reverse, tier and level, constraints. */
const hevcProfile = (hvcC: Buffer): string => {
  const profile = hvcC[1]!;
  const space = ['', 'A', 'B', 'C'][profile >> 6]!;
  let compatible = 0;
  for (let bit = 0, bits = hvcC.readUInt32BE(2); bit < 32; bit++) if (bits & (1 << bit)) compatible |= 1 << (31 - bit);
  const constraints = [...hvcC.subarray(6, 12)];
  while (constraints.length > 1 && constraints.at(-1) === 0) constraints.pop();
  return [
    `${space}${profile & 0x1f}`,
    (compatible >>> 0).toString(16).toUpperCase(),
    `${profile & 0x20 ? 'H' : 'L'}${hvcC[12]}`,
    ...constraints.map((byte) => byte.toString(16).toUpperCase()),
  ].join('.');
};
