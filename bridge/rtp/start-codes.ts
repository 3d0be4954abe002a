const START_CODE = Buffer.from([0, 0, 1]);

/** Whether the bytes begin with a start code of a byte stream, of three bytes or of four (H.264 Annex B). */
export const beginsWithStartCode = (bytes: Uint8Array): boolean =>
  bytes[0] === 0 && bytes[1] === 0 && (bytes[2] === 1 || (bytes[2] === 0 && bytes[3] === 1));

/**
 * Calls `take` with each NAL unit between the start codes, as a view, in order. The zeros in front of a start code, or at
 * the end, belong to none.
 */
export const splitAtStartCodes = (bytes: Buffer, take: (nal: Buffer) => void): void => {
  for (let start = 0; start <= bytes.length; ) {
    const code = bytes.indexOf(START_CODE, start);
    const next = code < 0 ? bytes.length : code;
    const nal = withoutZeros(bytes, start, next);
    if (nal.length > 0) take(nal);
    if (code < 0) break;
    start = next + START_CODE.length;
  }
};

const withoutZeros = (bytes: Buffer, start: number, from: number): Buffer => {
  let end = from;
  while (end > start && bytes[end - 1] === 0) end--;
  return bytes.subarray(start, end);
};
