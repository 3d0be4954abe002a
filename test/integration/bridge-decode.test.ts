import { describe, expect, it, vi } from 'vitest';
import { DecoderClock } from '../../bridge/filters/decoder-clock.js';
import type { Bridge, EndReason, Picture, PictureSpec } from '../../bridge/types.js';
import { testBridge } from '../kit/bridge.js';
import { type ClipOptions, type EncodedClip, encodeClip, FRAME_MICROS, rampLuma } from '../kit/encoded-clip.js';
import { until } from '../kit/until.js';

/** Bytes that a decoder lets wait, if two units are not more. */
const BACKLOG = 512 * 1024;

interface Seen {
  pts: number;
  width: number;
  height: number;
  /** Mean of Y. */
  luma: number;
}

/** Brightness of a picture, of a grey one if it is RGB. */
const meanLuma = ({ data, width, height, format, strides }: Picture): number => {
  const samples = format === 'rgb' ? 3 * width : width;
  let sum = 0;
  for (let y = 0; y < height; y++) for (let x = 0; x < samples; x++) sum += data[y * strides[0] + x]!;
  const mean = sum / (samples * height);
  // GStreamer's way from Y to RGB ends 2 to 3 too low.
  return format === 'rgb' ? 16 + ((mean + 2.5) * 219) / 255 : mean;
};

const seen = (picture: Picture): Seen => {
  const { pts, width, height } = picture;
  return { pts, width, height, luma: meanLuma(picture) };
};

const i420 = (width: number): PictureSpec => ({ width, format: 'i420' });
const rgb = (width: number): PictureSpec => ({ width, format: 'rgb' });

const openDecoder = (clip: EncodedClip, { width = 160, maxFps = 0 } = {}) => {
  const { bridge } = testBridge();
  const pictures: Seen[] = [];
  const ends: EndReason[] = [];
  const decode = bridge.decode(
    { caps: clip.caps, pictures: [i420(width)], maxFps },
    {
      onPicture: (picture) => pictures.push(seen(picture)),
      onEnd: (reason) => ends.push(reason),
    },
  );
  return { bridge, decode, pictures, ends };
};

/** A decoder of two sizes and two formats, and what came out of each branch. */
const openBranches = (bridge: Bridge, clip: EncodedClip, options: { specs?: PictureSpec[]; maxFps?: number } = {}) => {
  const { specs = [i420(160), rgb(98)], maxFps = 0 } = options;
  const branches: Seen[][] = specs.map(() => []);
  const order: number[] = [];
  const ends: EndReason[] = [];
  const decode = bridge.decode(
    { caps: clip.caps, pictures: specs, maxFps },
    {
      onPicture: (picture, index) => {
        expect(picture.format).toBe(specs[index]?.format);
        branches[index]?.push(seen(picture));
        order.push(index);
      },
      onEnd: (reason) => ends.push(reason),
    },
  );
  return { decode, branches, order, ends };
};

/** A stop may cut off the last picture between two branches; its first pictures are dropped. */
const dropTorn = (branches: Seen[][], order: number[]): void => {
  const whole = branches.at(-1)!.length;
  order.length = whole * branches.length;
  for (const pictures of branches) {
    expect(pictures.length - whole).toBeOneOf([0, 1]);
    pictures.length = whole;
  }
};

/** Every branch gave every picture, one branch after the other, at its own size. */
const expectBranches = ({ branches, order }: ReturnType<typeof openBranches>, sizes: string[]): void => {
  dropTorn(branches, order);
  for (const [index, pictures] of branches.entries()) {
    expectIdentity(pictures);
    expect(pictures.map((each) => each.pts)).toEqual(branches[0]!.map((each) => each.pts));
    expect(new Set(pictures.map((each) => `${each.width}x${each.height}`))).toEqual(new Set([sizes[index]]));
  }
  expect(order).toEqual(order.map((_, n) => n % sizes.length));
};

/** Every picture must show the frame that its time says. */
const expectIdentity = (pictures: Seen[], offset = 0): void => {
  for (const { pts, luma } of pictures) {
    expect(Math.abs(luma - rampLuma((pts - offset) / FRAME_MICROS)), `picture at ${pts}`).toBeLessThan(2);
  }
};

const streams: [string, ClipOptions][] = [
  ['H.264 baseline', { x264: 'cabac=0:ref=1' }],
  ['H.264 without B-frames', { bframes: 0 }],
  ['H.264 with B-frames and a pyramid', { bframes: 3, x264: 'b-adapt=0:b-pyramid=normal' }],
  ['H.264 in slices', { x264: 'slices=4' }],
  ['H.265', { codec: 'h265' }],
  ['H.265 with B-frames', { codec: 'h265', bframes: 2 }],
];

describe('the decode filter', () => {
  it.each(streams)('gives each picture of %s its own time', async (_name, options) => {
    const clip = encodeClip(options);
    const { decode, pictures } = openDecoder(clip);
    for (const unit of clip.units) expect(decode.feed(unit)).toBe(true);
    // What the decoder holds back for reordering stays there: the stream is not over.
    const held = (options.bframes ?? 0) > 0 ? 4 : 0;
    await until('pictures', () => pictures.length >= clip.units.length - held);
    expectIdentity(pictures);
    expect(pictures.map((each) => each.pts)).toEqual(pictures.map((_, n) => n * FRAME_MICROS));
    expect(pictures[0]).toMatchObject({ width: 160, height: 90 });
    await decode.stop();
  });

  it.each(streams)('gives no picture of %s that is not wanted', async (_name, options) => {
    const clip = encodeClip(options);
    const cameBack = vi.spyOn(DecoderClock.prototype, 'picture').mockClear();
    const { decode, pictures } = openDecoder(clip, { maxFps: 5 });
    for (const unit of clip.units) expect(decode.feed(unit)).toBe(true);
    const bframes = options.bframes ?? 0;
    await until('pictures', () => pictures.length >= Math.ceil(clip.units.length / 5) - (bframes > 0 ? 2 : 0));
    await decode.stop();
    expectIdentity(pictures);
    expect(pictures.length).toBeLessThanOrEqual(Math.ceil(clip.units.length / 5));
    // B-frames that are shown before a wanted picture come with it; where others refer to them, one more: the gate closes that much later.
    const along = bframes > 0 && options.codec === 'h265' ? bframes + 1 : bframes;
    expect(cameBack.mock.calls.length).toBeLessThanOrEqual(pictures.length * (1 + along));
  });

  it.each(streams)('gives one of %s that is wanted besides, at its time', async (_name, options) => {
    // Keyframes are not among every fifth picture.
    const clip = encodeClip({ ...options, gop: 24 });
    const { decode, pictures } = openDecoder(clip, { maxFps: 5 });
    const wanted = clip.units.filter(({ key }) => key)[1]!.pts!;
    for (const unit of clip.units) expect(decode.feed(unit, unit.pts === wanted)).toBe(true);
    await until('pictures', () => pictures.some(({ pts }) => pts > wanted));
    await decode.stop();
    expectIdentity(pictures);
    expect(pictures.filter(({ pts }) => (pts / FRAME_MICROS) % 5 !== 0).map(({ pts }) => pts)).toContain(wanted);
    expect(pictures.length).toBeLessThanOrEqual(Math.ceil(clip.units.length / 5) + 1);
  });

  it('gives a picture at once, without waiting for later units', async () => {
    const clip = encodeClip({ frames: 30 });
    const { decode, pictures } = openDecoder(clip);
    for (const [n, unit] of clip.units.entries()) {
      decode.feed(unit);
      await until(`picture ${n}`, () => pictures.length === n + 1);
    }
  });

  it.each([
    ['H.264 with B-frames', { bframes: 2, x264: 'b-adapt=0' }],
    ['H.264 with B-frames and a pyramid', { bframes: 3, x264: 'b-adapt=0:b-pyramid=normal' }],
    ['H.265 with B-frames', { codec: 'h265', bframes: 2 }],
  ] as const)('gives keyframes alone at once, and goes on with whole groups: %s', async (_what, coding) => {
    const clip = encodeClip({ frames: 50, gop: 10, ...coding });
    const { decode, pictures } = openDecoder(clip);
    const second = 1_000_000;
    const keys = clip.units.filter((unit) => unit.key);
    for (let n = 0; n < 12; n++) {
      expect(decode.feed({ ...keys[n % keys.length]!, pts: n * second }, false, true)).toBe(true);
      await until(`keyframe ${n}`, () => pictures.some((picture) => picture.pts === n * second));
    }
    expect(pictures.map((picture) => picture.pts / second)).toEqual(Array.from({ length: 12 }, (_, n) => n));

    // Suspicion: the group of the last keyframe again, from its beginning, all of it.
    const start = clip.units.indexOf(keys[1]!);
    const group = clip.units.slice(start, start + 10);
    const shift = 11 * second - keys[1]!.pts!;
    pictures.length = 0;
    for (const unit of group) expect(decode.feed({ ...unit, pts: unit.pts! + shift })).toBe(true);
    await until('the group', () => pictures.length >= group.length - 3);
    expectIdentity(pictures, shift);
    expect(pictures[0]?.pts).toBe(11 * second);
  });

  it('thins pictures, not units, to the rate asked for', async () => {
    const clip = encodeClip({ frames: 100 });
    const { decode, pictures } = openDecoder(clip, { maxFps: 5 });
    for (const unit of clip.units) decode.feed(unit);
    await until('pictures', () => pictures.length >= 20);
    expect(pictures.map((picture) => picture.pts)).toEqual(Array.from({ length: 20 }, (_, n) => n * 5 * FRAME_MICROS));
    expectIdentity(pictures);
  });

  it('thins streams with B-frames, and pictures much smaller than the stream', async () => {
    const clip = encodeClip({ frames: 100, width: 640, height: 360, bframes: 2, x264: 'b-adapt=0' });
    const { decode, pictures } = openDecoder(clip, { maxFps: 5, width: 160 });
    for (const unit of clip.units) decode.feed(unit);
    await until('pictures', () => pictures.length >= 15);
    expectIdentity(pictures);
    const gaps = pictures.slice(1).map((picture, n) => picture.pts - pictures[n]!.pts);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100_000);
    expect((pictures.length - 1) / (pictures.at(-1)!.pts / 1_000_000)).toBeLessThanOrEqual(5.01);
  });

  it('takes time that goes back at a keyframe', async () => {
    const clip = encodeClip({ frames: 25 });
    const { decode, pictures } = openDecoder(clip);
    for (const shift of [5_000_000, 0, 0]) {
      for (const unit of clip.units) decode.feed({ ...unit, pts: unit.pts! + shift });
    }
    await until('pictures', () => pictures.length === 75);
    expect(pictures.slice(25).map((picture) => picture.pts)).toEqual([...clip.units, ...clip.units].map((u) => u.pts));
    expectIdentity(pictures.slice(25));
  });

  it.each([0, 3])('has room for one unit after the other, however large, with %i B-frames', async (bframes) => {
    const clip = encodeClip({ frames: 100, gop: 10, bframes, width: 1280, height: 720, picture: 'noise' });
    const { decode, pictures } = openDecoder(clip, { maxFps: 5 });
    const largest = Math.max(...clip.units.map(({ payload }) => payload.length));
    expect(largest).toBeGreaterThan(BACKLOG / 2);
    for (const [n, unit] of clip.units.entries()) {
      await until(`room for unit ${n}`, () => decode.hasRoomFor(unit.payload.length));
      expect(decode.feed(unit)).toBe(true);
    }
    // A decoder holds the last ones back where there are B-frames.
    await until('pictures', () => (pictures.at(-1)?.pts ?? 0) >= 88 * FRAME_MICROS);
  });

  it('starts at a keyframe only', async () => {
    const clip = encodeClip({ frames: 30 });
    const { decode, pictures } = openDecoder(clip);
    expect(clip.units.slice(1, 25).map((unit) => decode.feed(unit))).not.toContain(true);
    expect(clip.units.slice(25).map((unit) => decode.feed(unit))).not.toContain(false);
    await until('pictures', () => pictures.length === 5);
    expectIdentity(pictures);
  });

  it('refuses units when it is behind, wants a keyframe then, and recovers', async () => {
    const clip = encodeClip({ frames: 50, width: 1280, height: 720, picture: 'test', x264: 'qp=10' });
    const { decode, pictures } = openDecoder(clip);
    const taken: boolean[] = [];
    for (let round = 0; round < 4; round++) {
      for (const unit of clip.units) taken.push(decode.feed({ ...unit, pts: unit.pts! + round * 2_000_000 }));
    }
    const refused = taken.indexOf(false);
    expect(refused).toBeGreaterThan(1);
    expect(taken.slice(refused).every((yes, n) => !yes || clip.units[(refused + n) % 50]!.key)).toBe(true);
    const { length } = clip.units[refused % 50]!.payload;
    expect(decode.hasRoomFor(length)).toBe(false);
    await until('there is room', () => decode.hasRoomFor(length));
    expect(decode.feed(clip.units[1]!)).toBe(false);
    expect(decode.feed({ ...clip.units[0]!, pts: 60_000_000 })).toBe(true);
    await until('its picture', () => pictures.at(-1)?.pts === 60_000_000);
  });

  it('goes on after damaged units', async () => {
    const clip = encodeClip({ frames: 75, picture: 'test' });
    const { decode, pictures, ends } = openDecoder(clip);
    for (const [n, unit] of clip.units.entries()) {
      const payload = Buffer.from(unit.payload);
      // Every unit of the second group: garbage, and some of nothing else.
      if (n >= 25 && n < 50) payload.fill(n % 3 === 0 ? 0xff : 0xa5, n % 2 === 0 ? 0 : 40);
      decode.feed({ ...unit, payload });
    }
    await until('the last group', () => pictures.some((picture) => picture.pts === 74 * FRAME_MICROS));
    expect(pictures.filter((picture) => picture.pts >= 50 * FRAME_MICROS)).toHaveLength(25);
    expect(ends).toEqual([]);
  });

  it('is used again after a stop in the middle of everything', async () => {
    const clip = encodeClip({ frames: 50, width: 640, height: 360, picture: 'ramp' });
    const { bridge } = testBridge({ slotsPerHost: 1 });
    for (let round = 0; round < 8; round++) {
      const pictures: Seen[] = [];
      const ends: EndReason[] = [];
      const decode = bridge.decode(
        { caps: clip.caps, pictures: [i420(320 + 16 * (round % 2))], maxFps: 0 },
        {
          onPicture: (picture) => pictures.push(seen(picture)),
          onEnd: (reason) => ends.push(reason),
        },
      );
      for (const unit of clip.units) decode.feed(unit);
      await until('some pictures', () => pictures.length > 3 + round);
      await decode.stop();
      expect(ends).toEqual([{ kind: 'stopped' }]);
      expectIdentity(pictures);
      expect(pictures[0]?.width).toBe(320 + 16 * (round % 2));
    }
    expect(bridge.stats().filter((host) => host.role === 'decode')).toMatchObject([{ restarts: 0, slotsUsed: 0 }]);
  });

  it('ends with an error for a stream that has no decoder', async () => {
    const { bridge } = testBridge();
    const reason = await new Promise<EndReason>((resolve) => {
      bridge.decode(
        { caps: { track: 'video', text: 'video/x-vp9', mediaType: 'video/x-vp9' }, pictures: [i420(160)], maxFps: 0 },
        { onPicture: () => {}, onEnd: resolve },
      );
    });
    expect(reason).toMatchObject({ kind: 'error', code: 'unsupportedCaps' });
  });
});

describe('pictures of several sizes from one decoder', () => {
  const mostUnlike = streams.filter(([name]) => /without|pyramid|H.265 with/.test(name));

  it.each(mostUnlike)('all have the time of their frame of %s', async (_name, options) => {
    const clip = encodeClip(options);
    const { bridge } = testBridge();
    const opened = openBranches(bridge, clip);
    for (const unit of clip.units) expect(opened.decode.feed(unit)).toBe(true);
    const held = (options.bframes ?? 0) > 0 ? 4 : 0;
    await until('pictures', () => opened.branches[1]!.length >= clip.units.length - held);
    await opened.decode.stop();
    expectBranches(opened, ['160x90', '98x56']);
    expect(opened.branches[0]!.map((each) => each.pts)).toEqual(opened.branches[0]!.map((_, n) => n * FRAME_MICROS));
    expect(bridge.stats()).toMatchObject([{ role: 'decode', slots: 16 }]);
  });

  it.each(mostUnlike)(
    'are thinned alike, and those of %s that nobody wants end in the decoder',
    async (_name, options) => {
      const clip = encodeClip({ ...options, frames: 100 });
      const { bridge } = testBridge();
      const cameBack = vi.spyOn(DecoderClock.prototype, 'picture').mockClear();
      const opened = openBranches(bridge, clip, { maxFps: 5 });
      for (const unit of clip.units) expect(opened.decode.feed(unit)).toBe(true);
      const bframes = options.bframes ?? 0;
      await until('pictures', () => opened.branches[1]!.length >= 20 - (bframes > 0 ? 6 : 0));
      await opened.decode.stop();
      expectBranches(opened, ['160x90', '98x56']);
      expect(opened.branches[0]!.length).toBeLessThanOrEqual(20);
      // Asked once for each that comes, not once for each branch, with its B-frames. What comes through before it is stopped may be
      // all: then one more than is shown, as seen with H.265.
      expect(cameBack.mock.calls.length).toBeLessThanOrEqual(21 * (1 + bframes));
    },
  );

  it('come at once for keyframes alone, even of a stream with B-frames', async () => {
    const clip = encodeClip({ frames: 50, gop: 10, bframes: 2, x264: 'b-adapt=0' });
    const { bridge } = testBridge();
    const opened = openBranches(bridge, clip);
    const keys = clip.units.filter((unit) => unit.key);
    const second = 1_000_000;
    for (let n = 0; n < 8; n++) {
      const pts = n * second;
      expect(opened.decode.feed({ ...keys[n % keys.length]!, pts }, false, true)).toBe(true);
      await until(`picture ${n}`, () => opened.branches[1]!.some((each) => each.pts === pts));
    }
    expect(opened.branches[0]!.map((each) => each.pts / second)).toEqual(Array.from({ length: 8 }, (_, key) => key));
    await opened.decode.stop();
    dropTorn(opened.branches, opened.order);
    expect(opened.branches[1]!.map((each) => each.pts)).toEqual(opened.branches[0]!.map((each) => each.pts));
    for (const [index, pictures] of opened.branches.entries()) {
      for (const { pts, luma } of pictures) {
        const frame = keys[(pts / second) % keys.length]!.pts! / FRAME_MICROS;
        expect(Math.abs(luma - rampLuma(frame)), `picture of branch ${index} at ${pts}`).toBeLessThan(2);
      }
    }
  });

  it('come again after stops in the middle of everything, with other sizes and formats', async () => {
    const clip = encodeClip({ frames: 50, width: 640, height: 360 });
    const { bridge } = testBridge({ slotsPerHost: 1 });
    const turns: [PictureSpec[], string[]][] = [
      [
        [i420(160), rgb(320)],
        ['160x90', '320x180'],
      ],
      [
        [rgb(320), i420(320)],
        ['320x180', '320x180'],
      ],
      [[i420(320)], ['320x180']],
      [
        [i420(640), i420(96), rgb(160), rgb(64)],
        ['640x360', '96x54', '160x90', '64x36'],
      ],
    ];
    for (const [specs, sizes] of [...turns, ...turns]) {
      const opened = openBranches(bridge, clip, { specs });
      for (const unit of clip.units) opened.decode.feed(unit);
      await until('some pictures', () => opened.branches.at(-1)!.length > 3);
      await opened.decode.stop();
      expect(opened.ends).toEqual([{ kind: 'stopped' }]);
      expectBranches(opened, sizes);
    }
    expect(bridge.stats()).toMatchObject([{ restarts: 0, slotsUsed: 0 }]);
  });

  it('go on when who takes them throws, which is logged once', async () => {
    const clip = encodeClip({ frames: 30 });
    const { bridge, lines } = testBridge();
    const taken: string[] = [];
    const decode = bridge.decode(
      { caps: clip.caps, pictures: [i420(160), rgb(160)], maxFps: 0 },
      {
        onPicture: ({ pts }, index) => {
          taken.push(`${pts / FRAME_MICROS}.${index}`);
          if (index === 0) throw new Error('no room');
        },
        onEnd: () => {},
      },
    );
    for (const unit of clip.units) decode.feed(unit);
    await until('pictures', () => taken.length === 60);
    expect(taken).toEqual(clip.units.flatMap((_, n) => [`${n}.0`, `${n}.1`]));
    expect(lines.filter((line) => line.includes('no room'))).toHaveLength(1);
  });
});
