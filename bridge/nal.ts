/** As much of Annex B as is needed to tell a picture from what stands between pictures. */

/** NAL unit types that carry a slice of a picture. */
const isSlice: Readonly<Record<string, (header: number) => boolean>> = {
  'video/x-h264': (header) => {
    const type = header & 0x1f;
    return type >= 1 && type <= 5;
  },
  'video/x-h265': (header) => ((header >> 1) & 0x3f) <= 31,
};

/**
 * Whether a byte-stream access unit holds a picture. One that holds only an end of sequence or parameter sets may come
 * where a stream is cut, and must not become a frame of a file. The search ends at the first slice, which lies near the
 * start. Media types without a rule are taken to be all pictures.
 */
export function hasPicture(unit: Uint8Array, mediaType: string): boolean {
  const slice = isSlice[mediaType];
  if (!slice) return true;
  for (let at = 0; at + 3 < unit.length; at++) {
    if (unit[at] !== 0 || unit[at + 1] !== 0 || unit[at + 2] !== 1) continue;
    if (slice(unit[at + 3] as number)) return true;
    at += 3;
  }
  return false;
}
