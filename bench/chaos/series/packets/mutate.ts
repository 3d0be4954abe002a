import { chosen, type Random } from '../../random.js';

/** Of an RTP header without extension and contributors, as cameras send it. */
const HEADER_BYTES = 12;
const FU_A = 28;
const SPS = 7;
const PPS = 8;
const MOST_BITS = 8;

type Mutation = (packet: Buffer, random: Random) => Buffer[];

const payloadOf = (packet: Buffer): number => Math.min(HEADER_BYTES, packet.length);

/** Flips up to `most` bits from `from` on. */
const flipped = (packet: Buffer, from: number, most: number, random: Random): Buffer => {
  const damaged = Buffer.from(packet);
  if (from >= damaged.length) return damaged;
  for (let n = 1 + random.below(most); n > 0; n--) {
    const at = from + random.below(damaged.length - from);
    damaged[at] = damaged[at]! ^ (1 << random.below(8));
  }
  return damaged;
};

/** MTAP16 and MTAP24: GStreamer gives up the session at the first of these, so that what follows would try nothing. */
const FATAL: readonly number[] = [26, 27];
const FATAL_CHANCE = 0.01;

const anyNalHeader = (random: Random): number => {
  const header = random.below(256);
  return FATAL.includes(header & 0x1f) && !random.chance(FATAL_CHANCE) ? (header & 0xe0) | FU_A : header;
};

const nalTypeOf = (packet: Buffer): number | undefined =>
  packet.length > HEADER_BYTES ? packet[HEADER_BYTES]! & 0x1f : undefined;

/** The packet as the first, a middle or the last part of a NAL unit that it is not. */
const wrongFragment: Mutation = (packet, random) => {
  const head = packet.subarray(0, payloadOf(packet));
  const payload = packet.subarray(payloadOf(packet));
  const marks = chosen([0x80, 0x40, 0xc0, 0x00], random.next())!;
  return [Buffer.concat([head, Buffer.from([0x60 | FU_A, marks | random.below(32)]), payload.subarray(2)])];
};

/** STAP-A, whose units have lengths that are not theirs. */
const wrongLengths: Mutation = (packet, random) => {
  const head = packet.subarray(0, payloadOf(packet));
  const lengths = Buffer.alloc(2);
  lengths.writeUInt16BE(random.below(65_536));
  return [Buffer.concat([head, Buffer.from([0x60 | 24]), lengths, packet.subarray(payloadOf(packet))])];
};

/** Damages the parameter sets, on which everything after them depends; other packets are made into damaged ones. */
const parameters: Mutation = (packet, random) => {
  const type = nalTypeOf(packet);
  if (type === SPS || type === PPS) return [flipped(packet, HEADER_BYTES + 1, MOST_BITS, random)];
  const damaged = Buffer.from(packet.subarray(0, HEADER_BYTES + 8 + random.below(40)));
  if (damaged.length > HEADER_BYTES) damaged[HEADER_BYTES] = 0x60 | chosen([SPS, PPS], random.next())!;
  return [damaged];
};

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  bits: (packet, random) => [flipped(packet, payloadOf(packet), MOST_BITS, random)],
  header: (packet, random) => [flipped(packet, 0, 2, random)],
  nalType: (packet, random) => {
    const damaged = Buffer.from(packet);
    if (damaged.length > HEADER_BYTES) damaged[HEADER_BYTES] = anyNalHeader(random);
    return [damaged];
  },
  truncated: (packet, random) => [
    packet.subarray(0, payloadOf(packet) + random.below(packet.length + 1 - payloadOf(packet))),
  ],
  wrongFragment,
  wrongLengths,
  parameters,
  duplicated: (packet) => [packet, packet],
  reordered: (packet, random) => {
    const late = Buffer.from(packet);
    if (late.length > 4) late.writeUInt16BE((late.readUInt16BE(2) + 65_536 - random.below(100)) % 65_536, 2);
    return [late];
  },
  timestamps: (packet, random) => {
    const damaged = Buffer.from(packet);
    if (damaged.length >= 8) damaged.writeUInt32BE(random.below(2 ** 32), 4);
    return [damaged];
  },
  dropped: () => [],
  noise: (packet, random) => [
    Buffer.concat([
      packet.subarray(0, payloadOf(packet)),
      Buffer.from(Array.from({ length: 1 + random.below(200) }, () => random.below(256))),
    ]),
  ],
};

const NAMES = Object.keys(MUTATIONS);
/** Packets after which a camera's faults are others. */
const MOOD_PACKETS = 300;
const MOST_KINDS = 3;
/** Share of packets that go by as they are: a camera that is all noise is soon connected to no more. */
const INTACT = [0.05, 0.5, 0.9];

/** Mutates what one camera sends: for a while by some kinds of faults, then by others. */
export class Mutator {
  readonly #random: Random;
  #kinds: string[] = [];
  #intact = 0;
  #left = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** What is sent in the place of a packet: none, one or more. */
  mutated(packet: Buffer): Buffer[] {
    if (this.#left-- <= 0) {
      this.#left = MOOD_PACKETS;
      this.#kinds = this.#random.shuffled(NAMES).slice(0, 1 + this.#random.below(MOST_KINDS));
      this.#intact = chosen(INTACT, this.#random.next())!;
    }
    if (this.#random.chance(this.#intact)) return [packet];
    return MUTATIONS[chosen(this.#kinds, this.#random.next())!]!(packet, this.#random);
  }
}
