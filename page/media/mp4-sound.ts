/**
 * The codec of a header of sound, as RFC 6381 names it. Sluice records AAC; which kind is in the decoder's configuration,
 * behind the tag of its descriptor.
 */
export const readSoundCodec = (header: Uint8Array): string => {
  const at = indexOf(header, 'esds');
  if (at === -1) return 'mp4a.40.2';
  // ISO/IEC 14496-1, 7.2.6: tag 5, a length of one to four bytes, then five bits of the object type.
  for (let place = at + 8; place + 2 < header.length && place < at + 64; place++) {
    if (header[place] !== 5) continue;
    let next = place + 1;
    while (next < header.length && header[next]! & 0x80) next++;
    const object = (header[next + 1] ?? 0) >> 3;
    if (object > 0 && object < 31) return `mp4a.40.${object}`;
  }
  return 'mp4a.40.2';
};

const indexOf = (bytes: Uint8Array, type: string): number => {
  const [a, b, c, d] = [...type].map((each) => each.charCodeAt(0));
  for (let at = 0; at + 4 <= bytes.length; at++) {
    if (bytes[at] === a && bytes[at + 1] === b && bytes[at + 2] === c && bytes[at + 3] === d) return at;
  }
  return -1;
};
