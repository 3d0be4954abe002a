import { chosen, type Random } from '../../../bench/chaos/random.js';

/** Numbers at which lengths and counters turn over. */
const EDGES = [0, 1, 2, 3, 0x0d, 0x0a, 0x20, 0x24, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xfe, 0xff] as const;

type Edit = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

/** From one place to another behind it. */
const span = (bytes: Buffer, random: Random, most: number): [from: number, to: number] => {
  const from = random.below(bytes.length + 1);
  return [from, Math.min(bytes.length, from + random.below(most + 1))];
};

const spliced = (bytes: Buffer, from: number, to: number, middle: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(to)]);

const EDITS: readonly Edit[] = [
  (bytes, random) => {
    if (bytes.length === 0) return bytes;
    const changed = Buffer.from(bytes);
    for (let n = 1 + random.below(8); n > 0; n--) changed[random.below(bytes.length)]! ^= 1 << random.below(8);
    return changed;
  },
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    if (bytes.length > 0) changed[random.below(bytes.length)] = chosen(EDGES, random.next())!;
    return changed;
  },
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => spliced(bytes, ...span(bytes, random, 16), Buffer.alloc(0)),
  (bytes, random) => {
    const noise = Buffer.from(Array.from({ length: random.below(24) }, () => random.below(256)));
    const [from] = span(bytes, random, 0);
    return spliced(bytes, from, from, noise);
  },
  (bytes, random) => {
    const [from, to] = span(bytes, random, 64);
    const piece = bytes.subarray(from, to);
    return spliced(bytes, from, from, Buffer.concat(Array.from({ length: 1 + random.below(20) }, () => piece)));
  },
  (bytes, random, others) => {
    const other = chosen(others, random.next()) ?? bytes;
    return spliced(bytes, ...span(bytes, random, 200), other.subarray(...span(other, random, 200)));
  },
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    const [from, to] = span(bytes, random, 64);
    return changed.fill(chosen([0, 0xff, 0x55], random.next())!, from, to);
  },
];

/** One of `samples`, as it is or with up to four changes. */
export const mutated = (samples: readonly Buffer[], random: Random): Buffer => {
  let bytes = chosen(samples, random.next())!;
  for (let n = random.below(5); n > 0; n--) bytes = chosen(EDITS, random.next())!(bytes, random, samples);
  return Buffer.from(bytes.subarray(0, MOST_BYTES));
};

const MOST_BYTES = 16 * 1024;
