const LOW_COMPLEXITY = 'mp4a.40.2';

/** Tags of ISO/IEC 14496-1, 7.2.6, each in the content of the one before, and bytes of that content in front of it. */
const ES = { tag: 3, head: 3 };
const DECODER = { tag: 4, head: 13 };
const SPECIFIC = { tag: 5, head: 0 };
/** Flags in the head of `ES`, for fields behind it. */
const [DEPENDS, HAS_URL, HAS_CLOCK] = [0x80, 0x40, 0x20];

/**
 * The codec of a header of sound, as RFC 6381 names it. Sluice records AAC; which kind is in the decoder's configuration. What
 * cannot be read is taken for the kind that nearly all cameras send.
 */
export const readSoundCodec = (header: Uint8Array): string => {
  const esds = indexOf(header, 'esds');
  // Behind the type come version and flags.
  let at: number | undefined = esds === -1 ? undefined : esds + 8;
  for (const { tag, head } of [ES, DECODER, SPECIFIC]) {
    const content: number | undefined = contentOf(header, at, tag);
    at = content === undefined ? undefined : content + head + (tag === ES.tag ? optional(header, content + 2) : 0);
  }
  if (at === undefined || at + 1 >= header.length) return LOW_COMPLEXITY;
  // Five bits, of which all ones mean that six more follow.
  const short = header[at]! >> 3;
  const object = short === 31 ? 32 + (((header[at]! & 7) << 3) | (header[at + 1]! >> 5)) : short;
  return object === 0 ? LOW_COMPLEXITY : `mp4a.40.${object}`;
};

/** Where the content of a descriptor begins; undefined if there is another one. Its length takes one to four bytes. */
const contentOf = (bytes: Uint8Array, at: number | undefined, tag: number): number | undefined => {
  if (at === undefined || bytes[at] !== tag) return undefined;
  let last = at + 1;
  while (last < at + 4 && (bytes[last] ?? 0) & 0x80) last++;
  return last + 1;
};

const optional = (bytes: Uint8Array, at: number): number => {
  const flags = bytes[at] ?? 0;
  const url = flags & HAS_URL ? 1 + (bytes[at + 1 + (flags & DEPENDS ? 2 : 0)] ?? 0) : 0;
  return (flags & DEPENDS ? 2 : 0) + url + (flags & HAS_CLOCK ? 2 : 0);
};

const indexOf = (bytes: Uint8Array, type: string): number => {
  const [a, b, c, d] = [...type].map((each) => each.charCodeAt(0));
  for (let at = 0; at + 4 <= bytes.length; at++) {
    if (bytes[at] === a && bytes[at + 1] === b && bytes[at + 2] === c && bytes[at + 3] === d) return at;
  }
  return -1;
};
