import { describe, expect, it } from 'vitest';
import { Random } from '../../../../../../bench/chaos/random.js';
import { MUTATIONS, Mutator } from '../../../../../../bench/chaos/series/packets/mutate.js';

const HEADER = Buffer.from('806000010000000200000003', 'hex');
const SLICE = Buffer.concat([HEADER, Buffer.from([0x65]), Buffer.alloc(600, 0x5a)]);
const FRAGMENT = Buffer.concat([HEADER, Buffer.from([0x7c, 0x85]), Buffer.alloc(600, 0x5a)]);
const PARAMETERS = Buffer.concat([HEADER, Buffer.from('6742c01fda0280bfe5', 'hex')]);

const text = (packets: Buffer[]): string => packets.map((packet) => packet.toString('hex')).join();

describe('a mutation', () => {
  it.each(Object.keys(MUTATIONS))(
    'of kind %s changes what is sent, and never the packet that it was made of',
    (kind) => {
      const mutate = MUTATIONS[kind]!;
      for (const packet of [SLICE, FRAGMENT, PARAMETERS, HEADER, HEADER.subarray(0, 3), Buffer.alloc(0)]) {
        const before = Buffer.from(packet);
        for (let seed = 1; seed < 40; seed++) mutate(packet, new Random(seed));
        expect(packet.equals(before)).toBe(true);
      }
      const changed = Array.from({ length: 40 }, (_, seed) => mutate(SLICE, new Random(seed))).filter(
        (sent) => sent.length !== 1 || !sent[0]!.equals(SLICE),
      );
      expect(changed.length).toBeGreaterThan(30);
    },
  );

  it('is the same for the same seed, kinds that change included', () => {
    const [one, two] = [new Mutator(new Random(5)), new Mutator(new Random(5))];
    for (let n = 0; n < 1000; n++) expect(text(one.mutated(SLICE))).toBe(text(two.mutated(SLICE)));
  });
});
