/** Just enough of Annex B to find pictures and parameter sets. */

interface NalTypes {
  /** Carries a slice of a picture. */
  slice(header: number): boolean;
  /** A parameter set of a whole sequence: the size of its pictures, its profile, how far they are reordered. */
  sequenceSet(header: number): boolean;
}

const h264Type = (header: number): number => header & 0x1f;
const h265Type = (header: number): number => (header >> 1) & 0x3f;

const nalTypes: Readonly<Record<string, NalTypes>> = {
  'video/x-h264': {
    slice: (header) => h264Type(header) >= 1 && h264Type(header) <= 5,
    // SPS, its extension, subset SPS.
    sequenceSet: (header) => [7, 13, 15].includes(h264Type(header)),
  },
  'video/x-h265': {
    slice: (header) => h265Type(header) <= 31,
    // VPS, SPS.
    sequenceSet: (header) => h265Type(header) === 32 || h265Type(header) === 33,
  },
};

/**
 * Whether a byte-stream access unit holds a picture. Where a stream was cut there may be units that hold only an end of
 * sequence or parameter sets; these must not become frames of a file. The search ends at the first slice, which is near
 * the start. Units of other media types count as pictures.
 */
export function hasPicture(unit: Uint8Array, mediaType: string): boolean {
  const types = nalTypes[mediaType];
  if (!types) return true;
  for (let at = nextNal(unit, 0); at < unit.length; at = nextNal(unit, at)) {
    if (types.slice(unit[at] as number)) return true;
  }
  return false;
}

/** The sequence parameter sets before the first slice of a byte-stream unit, in order: views, without start codes. */
export function sequenceSets(unit: Uint8Array, mediaType: string): Uint8Array[] {
  const types = nalTypes[mediaType];
  const sets: Uint8Array[] = [];
  if (!types) return sets;
  for (let at = nextNal(unit, 0); at < unit.length; ) {
    const header = unit[at] as number;
    if (types.slice(header)) break;
    const next = nextNal(unit, at);
    if (types.sequenceSet(header)) sets.push(unit.subarray(at, endBefore(unit, at, next)));
    at = next;
  }
  return sets;
}

/** Offset of the header of the first NAL unit after `from`; the length of `unit` if there is none. */
const nextNal = (unit: Uint8Array, from: number): number => {
  for (let at = from; at + 3 < unit.length; at++) {
    if (unit[at] === 0 && unit[at + 1] === 0 && unit[at + 2] === 1) return at + 3;
  }
  return unit.length;
};

/** The end of a NAL unit: the next start code and the zeros before it are not part of it. */
const endBefore = (unit: Uint8Array, start: number, next: number): number => {
  let end = next < unit.length ? next - 3 : next;
  while (end > start && unit[end - 1] === 0) end--;
  return end;
};
