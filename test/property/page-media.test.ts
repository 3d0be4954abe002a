import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AVA_EVENTS, emsg } from '../../engine/mp4/emsg.js';
import { asRecorded, readHeader, readMedia } from '../../page/media/mp4.js';
import { readSoundCodec } from '../../page/media/mp4-sound.js';
import { type SegmentFileOptions, segmentFile } from '../kit/segment-file.js';

const TIMESCALE = 90_000;

const options: fc.Arbitrary<SegmentFileOptions> = fc.record({
  pictures: fc.integer({ min: 1, max: 120 }),
  gop: fc.integer({ min: 1, max: 60 }),
  size: fc.integer({ min: 1, max: 400 }),
});

/** A change of some bytes, or a piece that is missing at the end. */
const damage = fc.record({
  at: fc.array(fc.record({ place: fc.nat(), byte: fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff) }), { maxLength: 12 }),
  cut: fc.option(fc.nat(), { nil: undefined }),
});

const damaged = (
  bytes: Uint8Array,
  { at, cut }: { at: { place: number; byte: number }[]; cut: number | undefined },
) => {
  const copy = Uint8Array.from(bytes);
  for (const { place, byte } of at) copy[place % copy.length] = byte;
  return cut === undefined ? copy : copy.subarray(0, cut % (copy.length + 1));
};

const event = (time: number, payload: string): Buffer =>
  emsg(AVA_EVENTS, { time, timescale: TIMESCALE, duration: 9000, id: 1, payload: Buffer.from(payload) });

describe("the page's reader of media", () => {
  it('finds every picture, where its bytes are', () => {
    fc.assert(
      fc.property(options, (of) => {
        const bytes = segmentFile(of);
        expect(readHeader(bytes)).toMatchObject({
          codec: 'avc1.42c01e',
          width: 320,
          height: 180,
          timescale: TIMESCALE,
        });
        const { samples } = readMedia(bytes, TIMESCALE);
        expect(samples.map(({ time }) => Math.round(time))).toEqual(
          Array.from({ length: of.pictures! }, (_, picture) => picture * 40),
        );
        expect(samples.map(({ key }) => key)).toEqual(samples.map((_, picture) => picture % of.gop! === 0));
        for (const [picture, { from, to }] of samples.entries()) {
          expect(to - from).toBe(of.size);
          // What the file has there is told by its place in its fragment, which a keyframe or a second begins.
          const begins = Math.max(Math.floor(picture / 25) * 25, Math.floor(picture / of.gop!) * of.gop!);
          expect([...new Set(bytes.subarray(from, to))]).toEqual([(100 + picture - begins) % 251]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('finds the events in front of them', () => {
    const words = fc.string().filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(words, { maxLength: 5 }), (payloads) => {
        const events = payloads.map((payload, index) => event((1_800_000_000 + index) * TIMESCALE, payload));
        const bytes = Buffer.concat([...events, segmentFile({ pictures: 3 })]);
        const media = readMedia(bytes, TIMESCALE);
        expect(media.samples).toHaveLength(3);
        expect(media.events).toEqual(
          payloads.map((payload, index) => ({
            ...{ scheme: AVA_EVENTS, duration: 100, time: (1_800_000_000 + index) * 1000 },
            payload: Buffer.from(payload).toString(),
          })),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('never fails on media that is damaged, and finds no picture outside of it', () => {
    const whole = Buffer.concat([event(TIMESCALE, '{}'), segmentFile({ pictures: 30, gop: 10, size: 3 })]);
    fc.assert(
      fc.property(damage, (how) => {
        const bytes = damaged(whole, how);
        const header = readHeader(bytes);
        if (header) expect(header.timescale).toBeGreaterThan(0);
        const { samples, events } = readMedia(bytes, header?.timescale ?? TIMESCALE);
        expect(samples.length).toBeLessThanOrEqual(100_000);
        for (const { time, duration, from, to } of samples) {
          expect(Number.isFinite(time) && Number.isFinite(duration)).toBe(true);
          if (!(from >= 0 && from <= to && to <= bytes.length)) throw new Error(`a picture at ${from}–${to}`);
        }
        for (const { time, duration } of events) expect(Number.isFinite(time + duration)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('never fails on damage to each byte of a header and of what lists the pictures', () => {
    const whole = segmentFile({ pictures: 2, size: 1 });
    for (let place = 0; place < whole.length; place++) {
      for (const byte of [0, 1, 0x80, 0xff]) {
        const bytes = damaged(whole, { at: [{ place, byte }], cut: undefined });
        readHeader(bytes);
        readMedia(bytes, TIMESCALE);
        asRecorded(bytes);
      }
      readHeader(whole.subarray(0, place));
      readMedia(whole.subarray(0, place), TIMESCALE);
    }
  });

  it('says a length where there is none, and changes nothing else', () => {
    for (const isLong of [false, true]) {
      const header = Uint8Array.from(movieHeader(isLong));
      const before = Uint8Array.from(header);
      expect(asRecorded(header)).toBe(header);
      const at = 8 + 8 + (isLong ? 24 : 16);
      const ticks = isLong ? [0, 0, 0, 0, 0x05, 0x26, 0x5c, 0x00] : [0x05, 0x26, 0x5c, 0x00];
      before.set(ticks, at);
      expect(header).toEqual(before);
    }
    const other = Uint8Array.from([0, 0, 0, 8, ...Buffer.from('ftyp')]);
    expect(asRecorded(Uint8Array.from(other))).toEqual(other);
  });

  it('does not believe in pictures without end', () => {
    const bytes = segmentFile({ pictures: 1 });
    const trun = bytes.indexOf('trun');
    // Neither times nor sizes of their own, and four thousand million of them.
    bytes.writeUInt32BE(0x1, trun + 4);
    bytes.writeUInt32BE(0xffff_ffff, trun + 8);
    expect(readMedia(bytes, TIMESCALE).samples.length).toBeLessThanOrEqual(100_000);
  });
});

/** A `moov` with nothing but its `mvhd`: 1000 units per second, and no length. */
const movieHeader = (isLong: boolean): Buffer => {
  const times = isLong ? [0, 0, 0, 0, 1000, 0, 0] : [0, 0, 1000, 0];
  const content = Buffer.alloc(4 + times.length * 4 + 80);
  content[0] = isLong ? 1 : 0;
  for (const [index, value] of times.entries()) content.writeUInt32BE(value, 4 + index * 4);
  const sizes = [16 + content.length, 8 + content.length].map((size) =>
    Buffer.from(Uint32Array.of(size).buffer).swap32(),
  );
  return Buffer.concat([sizes[0]!, Buffer.from('moov'), sizes[1]!, Buffer.from('mvhd'), content]);
};

/** An `esds`, with what may stand in front of the decoder's configuration. */
const esds = (object: number, { rate = 0, flags = 0, optional = [] as number[], long = false } = {}): Uint8Array => {
  const descriptor = (tag: number, content: number[]): number[] => {
    const length = long ? [0x80, 0x80, 0x80, content.length] : [content.length];
    return [tag, ...length, ...content];
  };
  const config = object < 31 ? [(object << 3) | 1, 0x88] : [0xf8 | ((object - 32) >> 3), ((object - 32) & 7) << 5];
  const bytes = [rate >>> 24, (rate >>> 16) & 255, (rate >>> 8) & 255, rate & 255];
  const decoder = descriptor(4, [0x40, 0x15, 0, 0, 0, ...bytes, ...bytes, ...descriptor(5, config)]);
  const content = descriptor(3, [0, 5, flags, ...optional, ...decoder]);
  return Uint8Array.from([...Buffer.from('mp4a....esds'), 0, 0, 0, 0, ...content]);
};

describe("the page's reader of sound", () => {
  it('names the kind of AAC, whatever stands in front of it', () => {
    const kind = fc.integer({ min: 1, max: 95 }).filter((object) => object !== 31);
    fc.assert(
      fc.property(kind, fc.nat({ max: 0xffff_ffff }), fc.boolean(), (object, rate, long) => {
        expect(readSoundCodec(esds(object, { rate, long }))).toBe(`mp4a.40.${object}`);
      }),
    );
    // Bytes that look like the tag that is looked for.
    expect(readSoundCodec(esds(5, { rate: 0x0505_0505 }))).toBe('mp4a.40.5');
    const optional = [1, 2, 3, 5, 5, 5, 9, 9];
    expect(readSoundCodec(esds(2, { flags: 0xe0, optional }))).toBe('mp4a.40.2');
  });

  it('takes for the usual kind what it cannot read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(readSoundCodec(Uint8Array.from([...Buffer.from('esds'), ...bytes]))).toMatch(/^mp4a\.40\.[1-9]\d?$/);
      }),
    );
    expect(readSoundCodec(new Uint8Array())).toBe('mp4a.40.2');
    expect(readSoundCodec(esds(2).subarray(0, 20))).toBe('mp4a.40.2');
  });
});
