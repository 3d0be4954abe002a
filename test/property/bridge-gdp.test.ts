import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GdpReader } from '../../bridge/lanes/gdp-reader.js';
import { endOfStream, streamHead } from '../../bridge/lanes/gdp-writer.js';
import { MarkerWatch } from '../../bridge/lanes/marker.js';
import type { EncodedUnit } from '../../bridge/types.js';
import { collectPackets, packetOf } from '../kit/gdp-collector.js';

const micros = fc.option(fc.nat({ max: 2 ** 43 }), { nil: null });
// Some units look like packets themselves, so that a lost reader has something to fall for.
const payload = fc.oneof(
  { weight: 3, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  { weight: 1, arbitrary: fc.constantFrom(...[1, 200, 70_000].map((length) => new Uint8Array(length).fill(1))) },
);
const anyUnit: fc.Arbitrary<EncodedUnit> = fc.record({
  track: fc.constant('video' as const),
  pts: micros,
  dts: micros,
  duration: micros,
  key: fc.boolean(),
  discont: fc.boolean(),
  payload: payload.map((bytes) => Buffer.from(bytes)),
});
const cutPoints = fc.array(fc.nat({ max: 100_000 }), { maxLength: 40 });

/** All of a unit in one string, which compares faster than bytes. */
const print = ({ payload, ...rest }: EncodedUnit): string =>
  `${JSON.stringify(rest)} ${Buffer.from(payload).toString('latin1')}`;

const cut = (bytes: Buffer, points: readonly number[]): Buffer[] => {
  const edges = [0, ...points.map((point) => point % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  // A copy each: the reader must not look beyond a chunk, nor keep one.
  return edges.slice(1).map((end, index) => Buffer.from(bytes.subarray(edges[index], end)));
};

describe('GdpReader on any chunks', () => {
  it('finds every packet however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(anyUnit, { maxLength: 12 }), cutPoints, (units, points) => {
        const bytes = Buffer.concat([streamHead('video/x-h264'), ...units.map(packetOf), endOfStream()]);
        const chunks = cut(bytes, points);
        const found: string[] = [];
        const reader = new GdpReader({
          onBuffer: (unit) => found.push(print(unit)),
          onCaps: () => {},
        });
        for (const chunk of chunks) {
          reader.push(chunk);
          chunk.fill(0xee);
        }
        expect(found).toEqual(units.map(print));
        expect(reader.garbageBytes).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('accounts for every byte of a damaged stream, and finds its place again', () => {
    const damage = fc.array(fc.record({ at: fc.nat({ max: 100_000 }), value: fc.nat({ max: 255 }) }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(anyUnit, { minLength: 1, maxLength: 8 }), damage, cutPoints, (units, hits, points) => {
        const bytes = Buffer.concat(units.map(packetOf));
        for (const { at, value } of hits) bytes[at % bytes.length] = value;
        // Room for a packet that believes in a damaged length, then one that must be found.
        const last = packetOf({ ...units[0]!, pts: 4242 });
        const read = collectPackets([...cut(bytes, points), last, last]);
        const taken = read.units.reduce((sum, unit) => sum + 62 + unit.payload.length, 0);
        expect(taken + read.garbage).toBe(bytes.length + 2 * last.length);
        expect(read.units.at(-1)?.pts).toBe(4242);
      }),
      { numRuns: 300 },
    );
  });

  it('loses nothing before a hole, nor long after it', () => {
    const hole = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), bytes: fc.integer({ min: 1, max: 500 }) });
    fc.assert(
      fc.property(
        fc.array(anyUnit, { minLength: 3, maxLength: 10 }),
        hole,
        cutPoints,
        (units, { at, bytes }, points) => {
          const packets = units.map((unit, index) => packetOf({ ...unit, pts: index }));
          const all = Buffer.concat(packets);
          const from = Math.floor(at * (all.length - 1));
          const to = Math.min(all.length, from + bytes);
          const torn = Buffer.concat([all.subarray(0, from), all.subarray(to)]);
          // A payload that lost bytes takes as many from behind its end; from there on everything must be found.
          let offset = 0;
          let taken = to + (to - from);
          const safe = packets.flatMap((packet, index) => {
            const [start, end] = [offset, offset + packet.length];
            offset = end;
            if (start <= from && from < end) taken += Math.max(0, end - to);
            return end <= from || start >= taken ? [index] : [];
          });
          const found = collectPackets(cut(torn, points)).units.map((unit) => unit.pts);
          expect(found).toEqual(expect.arrayContaining(safe));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never throws on noise', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 20 }), (noise) => {
        collectPackets(noise.map((bytes) => Buffer.from(bytes)));
      }),
      { numRuns: 200 },
    );
  });
});

describe('MarkerWatch', () => {
  it('sees the marker as the last bytes, however they are cut, and nowhere else', () => {
    const marker = Buffer.from('0123456789abcdef0123456789ABCDEF');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), cutPoints, fc.nat({ max: 31 }), (before, points, torn) => {
        const watch = new MarkerWatch(marker);
        // A torn marker before is none.
        const bytes = Buffer.concat([before, marker.subarray(0, torn), marker]);
        const chunks = cut(bytes, points).filter((chunk) => chunk.length > 0);
        const verdicts = chunks.map((chunk) => watch.endsRun(chunk));
        expect(verdicts.pop()).toBe(true);
        expect(verdicts).not.toContain(true);
        expect(watch.endsRun(Buffer.from('x'))).toBe(false);
      }),
    );
  });
});
