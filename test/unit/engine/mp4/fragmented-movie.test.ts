import fc from 'fast-check';
import { expect, it } from 'vitest';
import { box } from '../../../../engine/mp4/box-writer.js';
import { boxes } from '../../../../engine/mp4/boxes.js';
import { FTYP, fragmentedMoov, fragmentHead } from '../../../../engine/mp4/fragmented-movie.js';
import { readSegment } from '../../../../engine/mp4/segment-layout.js';

const source = (bytes: Buffer) => ({
  size: bytes.length,
  read: (position: number, length: number) => bytes.subarray(position, position + length),
});

const sample = fc.record({
  ticks: fc.nat(2 ** 31 - 1),
  size: fc.nat(2000),
  key: fc.boolean(),
  composition: fc.integer({ min: 1 - 2 ** 31, max: 2 ** 31 - 1 }),
});
const fragment = fc.record({
  track: fc.integer({ min: 1, max: 2 }),
  time: fc.nat(Number.MAX_SAFE_INTEGER),
  samples: fc.array(sample, { minLength: 1, maxLength: 40 }),
});

it('writes fragments that are read as they were meant', () => {
  const entry = box('avc1', Buffer.alloc(78), box('avcC', Buffer.from([1, 0x64, 0, 0x1f])));
  const track = { kind: 'video', entry, width: 640, height: 360 } as const;
  const header = Buffer.concat([FTYP, fragmentedMoov([track, { ...track, kind: 'audio', width: 0, height: 0 }])]);
  fc.assert(
    fc.property(fc.array(fragment, { minLength: 1, maxLength: 5 }), (fragments) => {
      const parts = fragments.flatMap(({ track, time, samples }, index) => [
        fragmentHead({ sequence: index + 1, track, time }, samples),
        Buffer.alloc(samples.reduce((sum, { size }) => sum + size, 0)),
      ]);
      const file = source(Buffer.concat([header, ...parts]));
      expect([...boxes(file)].every(({ whole }) => whole)).toBe(true);
      const layout = readSegment(file)!;
      expect(layout.end).toBe(file.size);
      expect(layout.headerLength).toBe(header.length);
      expect(
        layout.fragments.map(({ track, time, samples }) => ({
          ...{ track, time },
          samples: samples.map(({ offset: _, ...each }) => each),
        })),
      ).toEqual(fragments);
    }),
  );
});
