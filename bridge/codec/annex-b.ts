const START_CODE = Uint8Array.of(0, 0, 1);
const { indexOf } = Buffer.prototype;

/**
 * Splits a byte stream at its start codes (H.264 B.1, H.265 B.1). The units are views, without start code. Zeros behind a
 * unit belong to none, and neither does what stands before the first start code.
 */
export const nalUnits = (bytes: Uint8Array): Uint8Array[] => {
  const units: Uint8Array[] = [];
  for (let start = startCode(bytes, 0) + 3; start < bytes.length; ) {
    const next = startCode(bytes, start);
    let end = next;
    while (end > start && bytes[end - 1] === 0) end--;
    if (end > start) units.push(bytes.subarray(start, end));
    start = next + 3;
  }
  return units;
};

/** Whether a byte stream with these bytes would be cut within them. */
export const holdsStartCode = (bytes: Uint8Array): boolean => startCode(bytes, 0) < bytes.length;

/** Offset of the next 00 00 01; the length if there is none. */
const startCode = (bytes: Uint8Array, from: number): number => {
  // Every picture that is recorded is looked through: a loop takes more than twice as long.
  const at = indexOf.call(bytes, START_CODE, from);
  return at < 0 ? bytes.length : at;
};
