import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitReader } from '../../../../bridge/codec/bits.js';
import { capsTextOf } from '../../../../bridge/codec/caps-text.js';
import { h264RecoveryPointOf } from '../../../../bridge/codec/h264-sei.js';
import { type H264Sps, parseH264Pps, parseH264Sps } from '../../../../bridge/codec/h264-sets.js';
import { parseH264Slice } from '../../../../bridge/codec/h264-slice.js';
import { h265RecoveryPointOf } from '../../../../bridge/codec/h265-sei.js';
import { type H265Sps, h265VpsId, parseH265Pps, parseH265Sps } from '../../../../bridge/codec/h265-sets.js';
import { parseH265Slice } from '../../../../bridge/codec/h265-slice.js';
import type { NalCodec } from '../../../../bridge/types.js';
import * as fixtures from './fixtures.js';

const everything = parseH264Sps(fixtures.h264Sps.everything);
const sliceGroups = parseH264Pps(fixtures.h264Pps.sliceGroups);
const h264Sets = { sps: () => everything, pps: () => sliceGroups };
const slices = parseH265Sps(fixtures.h265Sps.slices);
const dependent = parseH265Pps(fixtures.h265Pps.dependent);
const h265Sets = { sps: () => slices, pps: () => dependent };

const parsers: readonly ((nal: Uint8Array) => unknown)[] = [
  (nal) => parseH264Slice(nal, h264Sets),
  (nal) => parseH265Slice(nal, h265Sets),
  ...[parseH264Pps, h264RecoveryPointOf, h265VpsId, parseH265Pps, h265RecoveryPointOf],
  (nal) => isSound('h264', parseH264Sps(nal), nal),
  (nal) => isSound('h265', parseH265Sps(nal), nal),
];

/** What is said to be a set has a size that can be, sound caps, and a key that is not long. */
const isSound = (codec: NalCodec, sps: H264Sps | H265Sps | undefined, nal: Uint8Array): boolean => {
  if (!sps) return true;
  const { width, height, decodingKey } = sps;
  const size = Math.min(width, height) > 0 && Math.max(width, height) <= 16_888;
  const caps = !/NaN|undefined|Infinity|\d\.\d+\//.test(capsTextOf(codec, sps));
  // Every value is at least a bit of the set; those that are meant where nothing is said are few.
  return size && caps && decodingKey.split('.').length < 8 * nal.length + 20;
};

const nals: readonly Uint8Array[] = Object.values(fixtures).flatMap((group) =>
  group instanceof Uint8Array ? [group] : Object.values(group),
);

/**
 * Shows the bytes to every parser and counts how often it asks for one: whatever numbers the bytes claim, no parser may go
 * on for long.
 */
const readAll = (bytes: Uint8Array): void => {
  let reads = 0;
  const counted = new Proxy(bytes, {
    get: (target, key) => {
      reads += 1;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  for (const parse of parsers) {
    reads = 0;
    const result = parse(counted);
    // Not an expectation for each call, as there are a million.
    if (result === false || reads > 10 * bytes.length + 100) expect.fail(Buffer.from(bytes).toString('hex'));
  }
};

describe('parsers of NAL units', () => {
  it('end well and soon wherever a unit is cut', () => {
    for (const nal of nals) {
      for (let length = 0; length <= nal.length; length++) readAll(nal.subarray(0, length));
    }
  });

  it('end well and soon whichever bit is wrong', () => {
    for (const nal of nals) {
      for (let bit = 0; bit < 8 * nal.length; bit++) {
        const changed = Uint8Array.from(nal);
        changed[bit >> 3]! ^= 0x80 >> (bit & 7);
        readAll(changed);
      }
    }
  });

  it('end well and soon for any damage', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 12 });
    const damaged = fc
      .tuple(fc.constantFrom(...nals), damage, fc.uint8Array({ maxLength: 20 }))
      .map(([nal, hits, tail]) => {
        const bytes = Uint8Array.of(...nal, ...tail);
        // The header stays mostly as it is, so that a parser takes an interest.
        for (const [place, value] of hits) bytes[2 + (place % (bytes.length - 2))] = value;
        return bytes;
      });
    fc.assert(fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 100 })), readAll), { numRuns: 2000 });
  });

  it('do not loop on a claim that a long unit cannot refute', () => {
    for (const header of [[0x67], [0x68], [0x06], [0x41], [0x42, 1], [0x44, 1], [0x4e, 1], [0x02, 1]]) {
      for (const filling of [0x00, 0x01, 0x55, 0xaa, 0xff]) {
        readAll(Uint8Array.from([...header, ...new Uint8Array(4000).fill(filling)]));
      }
    }
  });
});

describe('BitReader', () => {
  const step = fc.constantFrom('bits', 'flag', 'ue', 'se', 'skip', 'more');

  it('gives whole numbers, and only zeros once it has overrun', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.array(fc.tuple(step, fc.nat({ max: 32 })), { maxLength: 60 }),
        (bytes, steps) => {
          const bits = new BitReader(bytes, 0);
          for (const [kind, n] of steps) {
            const before = bits.overrun;
            if (kind === 'skip') bits.skip(n);
            else if (kind === 'more') expect(bits.moreRbspData() && before).toBe(false);
            else {
              const value = Number(kind === 'bits' ? bits.bits(n) : bits[kind]());
              expect(Number.isSafeInteger(value)).toBe(true);
              if (bits.overrun) expect(value).toBe(0);
            }
            if (before) expect(bits.overrun).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
