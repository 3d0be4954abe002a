/** A part of a content, in bytes; the last one is included. */
export interface ByteRange {
  start: number;
  end: number;
}

const SINGLE = /^bytes=(?:(\d{1,16})-(\d{0,16})|-(\d{1,16}))$/;

/**
 * Reads the header `Range` (RFC 9110, section 14). Undefined: the whole content is to be sent, as for several ranges, other
 * units and what makes no sense. `unsatisfiable`: it begins behind the end.
 * @param length of the content, in bytes
 */
export const byteRangeOf = (header: string | undefined, length: number): ByteRange | 'unsatisfiable' | undefined => {
  const found = SINGLE.exec((header ?? '').replaceAll(/[ \t]/g, ''));
  if (!found) return undefined;
  const [, from, to, last] = found;
  if (last !== undefined) {
    const count = Math.min(Number(last), length);
    return count === 0 ? 'unsatisfiable' : { start: length - count, end: length - 1 };
  }
  const start = Number(from);
  const end = to === '' ? length - 1 : Math.min(Number(to), length - 1);
  if (to !== '' && Number(to) < start) return undefined;
  return start >= length ? 'unsatisfiable' : { start, end };
};
