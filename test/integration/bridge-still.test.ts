import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseCaps } from '../../bridge/filters/caps.js';
import type { Bridge, HostStats, IsolationChange, Picture, Still } from '../../bridge/types.js';
import { testBridge } from '../kit/bridge.js';
import { difference } from '../kit/grey-frames.js';
import { halt } from '../kit/processes.js';
import {
  type EncodedPictures,
  type EncodedPicturesOptions,
  encodedPictures,
  jpegSize,
  rgbOfJpeg,
  rgbOfUnits,
} from '../kit/stills.js';
import { until } from '../kit/until.js';

afterEach(() => vi.useRealTimers());

const QUALITY = 90;
/** Levels, of colours that JPEG has at half the resolution. Other pictures of the pattern differ by more. */
const SAME = 6;

const PLAIN = 'pixel-aspect-ratio=(fraction)1/1, framerate=(fraction)25/1';

const make = (bridge: Bridge, { caps, units }: EncodedPictures, width: number, owner = 'c1'): Promise<Still> =>
  bridge.still({ caps, units: units.slice(0, 1), width, quality: QUALITY, owner });

const decoding = (bridge: Bridge): HostStats[] => bridge.stats().filter(({ pid }) => pid !== undefined);

interface Odd extends EncodedPicturesOptions {
  width: number;
  shown: [number, number];
}

const BT709 = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];
const HD: EncodedPicturesOptions = { size: '1280x720', filter: 'scale=out_color_matrix=bt709', encoder: BT709 };

const streams: [string, Odd][] = [
  ['H.264', { width: 320, shown: [320, 180] }],
  ['H.264 made smaller', { ...HD, width: 160, shown: [160, 90] }],
  ['H.264 with B-frames', { encoder: ['-bf', '3', '-x264-params', 'b-adapt=0'], width: 320, shown: [320, 180] }],
  ['H.264 with the colours of BT.709', { ...HD, width: 1280, shown: [1280, 720] }],
  ['H.265 with B-frames', { codec: 'h265', width: 320, shown: [320, 180] }],
  ['MJPEG', { codec: 'mjpeg', width: 160, shown: [160, 90] }],
  ['4:4:4', { pixels: 'yuv444p', width: 320, shown: [320, 180] }],
  ['ten bits', { pixels: 'yuv420p10le', width: 320, shown: [320, 180] }],
  ['interlaced fields', { encoder: ['-flags', '+ilme+ildct', '-x264-params', 'tff=1'], width: 320, shown: [320, 180] }],
  ['pixels that are wider than high', { size: '352x288', filter: 'setsar=16/11', width: 512, shown: [512, 288] }],
  ['pixels that are higher than wide', { size: '352x240', filter: 'setsar=10/11', width: 320, shown: [320, 240] }],
  ['ten bits, made smaller', { size: '960x540', pixels: 'yuv420p10le', width: 320, shown: [320, 180] }],
  ['wide pixels, made smaller', { size: '704x576', filter: 'setsar=16/11', width: 160, shown: [160, 90] }],
  ['a picture on its side', { size: '180x320', width: 180, shown: [180, 320] }],
  ['an odd size', { size: '322x182', width: 161, shown: [162, 92] }],
  [
    'the whole range of values',
    { encoder: ['-color_range', 'pc'], filter: 'scale=out_range=pc', width: 320, shown: [320, 180] },
  ],
];

describe('stills', () => {
  it.each(streams)('show %s as it is', async (_name, { width, shown, ...options }) => {
    const { bridge } = testBridge();
    const pictures = encodedPictures(options);
    const still = await make(bridge, pictures, width);
    expect([still.width, still.height]).toEqual(shown);
    expect(jpegSize(still.jpeg)).toEqual({ width: shown[0], height: shown[1] });
    const [ours, theirs] = [
      rgbOfJpeg(still.jpeg, ...shown),
      rgbOfUnits(pictures.codec, pictures.units.slice(0, 1), ...shown),
    ];
    expect(difference(ours, theirs)).toBeLessThan(SAME);
  });

  const decoded: [string, EncodedPicturesOptions, [number, number]][] = [
    ['H.264', {}, [320, 180]],
    ['BT.709, which its stream says', HD, [320, 180]],
    ['BT.709, which its stream does not say', { ...HD, encoder: [] }, [320, 180]],
    ['the whole range', { encoder: ['-color_range', 'pc'], filter: 'scale=out_range=pc' }, [320, 180]],
    ['wide pixels', { size: '352x288', filter: 'setsar=16/11' }, [320, 180]],
    ['H.265 of ten bits', { codec: 'h265', pixels: 'yuv420p10le', size: '640x480' }, [320, 240]],
    ['MJPEG', { codec: 'mjpeg' }, [320, 180]],
  ];

  it.each(decoded)('are made of pictures that are decoded already, of %s', async (_name, options, size) => {
    const { bridge } = testBridge();
    const { caps, units } = encodedPictures(options);
    const formats = (['i420', 'rgb'] as const).map((format) => ({ width: 320, format }));
    const pictures: Picture[] = [];
    const decode = bridge.decode(
      { caps, pictures: formats, maxFps: 0 },
      { onPicture: (one) => pictures.push({ ...one, data: Buffer.from(one.data) }), onEnd: () => {} },
    );
    for (let n = 0; pictures.length < formats.length; n++) {
      decode.feed({ key: true, pts: n * 1_000_000, payload: units[0]! });
      await until('it comes out', () => pictures.length >= formats.length, 300).catch(() => {});
    }
    await decode.stop();
    const same = await bridge.still({ caps, units: units.slice(0, 1), width: 320, quality: QUALITY });
    const wanted = rgbOfJpeg(same.jpeg, ...size);
    for (const [n, { format }] of formats.entries()) {
      const { caps: told, data } = pictures[n]!;
      const still = await bridge.still({ caps: parseCaps(told), units: [data], width: 320, quality: QUALITY });
      expect([still.width, still.height]).toEqual(size);
      expect(difference(rgbOfJpeg(still.jpeg, ...size), wanted), format).toBeLessThan(SAME);
    }
  });

  it('are made smaller, of pictures of other cameras in turn', async () => {
    const { bridge } = testBridge();
    const grey = (width: number, height: number, luma: number) => ({
      caps: parseCaps(`video/x-raw, format=(string)I420, width=(int)${width}, height=(int)${height}, ${PLAIN}`),
      units: [Buffer.concat([Buffer.alloc(width * height, luma), Buffer.alloc((width * height) / 2, 128)])],
    });
    const cameras = [grey(320, 180, 60), grey(320, 240, 120), grey(640, 360, 180)];
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, n) => bridge.still({ ...cameras[n % 3]!, width: n < 6 ? 320 : 160, quality: 60 })),
    );
    for (const [n, { jpeg, width, height }] of all.entries()) {
      expect(jpegSize(jpeg)).toEqual({ width, height });
      expect([width, height]).toEqual([n < 6 ? 320 : 160, (n % 3 === 1 ? 240 : 180) / (n < 6 ? 1 : 2)]);
      const [value = 0] = rgbOfJpeg(jpeg, width, height);
      expect(Math.abs(value - ([60, 120, 180][n % 3]! - 16) * (255 / 219)), String(n)).toBeLessThan(4);
    }
    expect(decoding(bridge)).toHaveLength(1);
    // GStreamer would make a picture of whatever is in its memory of bytes that are none.
    const [{ caps, units }] = cameras as [ReturnType<typeof grey>];
    for (const odd of [[Buffer.alloc(100)], [Buffer.alloc(0)], [...units, ...units]]) {
      const asked = bridge.still({ caps, units: odd, width: 320, quality: 60 });
      await expect(asked).rejects.toMatchObject({ code: 'noPicture' });
    }
    const unknown = parseCaps(caps.text.replace('I420', 'NV12'));
    const asked = bridge.still({ caps: unknown, units, width: 320, quality: 60 });
    await expect(asked).rejects.toMatchObject({ code: 'noPicture' });
  });

  it('show the last of several pictures, and make no others on the way', async () => {
    const { bridge } = testBridge();
    const pictures = encodedPictures({ frames: 25, encoder: ['-x264-params', 'intra-refresh=1:ref=1'] });
    const { caps, units } = pictures;
    const still = await bridge.still({ caps, units, width: 320, quality: QUALITY });
    const last = rgbOfUnits('h264', units, 320, 180);
    expect(difference(rgbOfJpeg(still.jpeg, 320, 180), last)).toBeLessThan(SAME);
  });

  it('are made of many cameras by one decoder after another, and never of the wrong one', async () => {
    const { bridge } = testBridge();
    const cameras = ['320x180', '640x360', '176x144'].map((size, index) =>
      encodedPictures({ size, filter: `hue=h=${index * 120}` }),
    );
    const widths = [160, 96];
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, n) => make(bridge, cameras[n % 3]!, widths[n % 2]!, `c${n % 3}`)),
    );
    for (const [n, { jpeg, width, height }] of all.entries()) {
      const ours = rgbOfJpeg(jpeg, width, height);
      const apart = cameras.map(({ units }) => difference(ours, rgbOfUnits('h264', units.slice(0, 1), width, height)));
      expect(apart.indexOf(Math.min(...apart)), String(n)).toBe(n % 3);
    }
    expect(decoding(bridge)).toHaveLength(1);
    expect(decoding(bridge)[0]!.slotsUsed).toBeLessThanOrEqual(2);
  }, 120_000);

  it.each(['h264', 'h265', 'mjpeg'] as const)(
    'are refused at once where the first of all is damaged, in %s',
    async (codec) => {
      const { bridge } = testBridge();
      const { caps } = encodedPictures({ codec });
      for (const payload of [Buffer.from([0, 0, 0, 1, 9, 16]), Buffer.alloc(2000, 0x5a)]) {
        const asked = bridge.still({ caps, units: [payload], width: 320, quality: QUALITY });
        // Not `slow`: nothing has to wait until a decoder is taken for one that hangs.
        await expect(asked).rejects.toMatchObject({ code: 'noPicture' });
      }
    },
  );

  it('differ in size by their quality', async () => {
    const { bridge } = testBridge();
    const { caps, units } = encodedPictures();
    const sizeAt = async (quality: number): Promise<number> =>
      (await bridge.still({ caps, units: units.slice(0, 1), width: 320, quality })).jpeg.length;
    expect(await sizeAt(20)).toBeLessThan((await sizeAt(95)) / 2);
  });

  it('are refused where a picture is damaged, and the next one is made', async () => {
    const { bridge } = testBridge();
    const pictures = encodedPictures();
    const [key] = pictures.units as [Buffer];
    await make(bridge, pictures, 320);
    const damaged = [Buffer.from([0, 0, 0, 1, 9, 16]), Buffer.alloc(2000, 0x5a), Buffer.alloc(0), key.subarray(0, 40)];
    for (const payload of damaged) {
      const asked = bridge.still({ caps: pictures.caps, units: [payload], width: 320, quality: QUALITY, owner: 'c1' });
      await expect(asked).rejects.toMatchObject({ code: 'noPicture' });
    }
    // With what is left of it a picture is shown, or none; the host lives on.
    for (let at = 100; at < key.length; at += Math.ceil(key.length / 20)) {
      const torn = Buffer.from(key);
      torn.fill(0xa5, at, at + 50);
      const asked = bridge.still({ caps: pictures.caps, units: [torn], width: 320, quality: QUALITY, owner: 'c1' });
      await asked.catch((error: unknown) => expect(error).toMatchObject({ code: 'noPicture' }));
    }
    const still = await make(bridge, pictures, 320);
    const theirs = rgbOfUnits('h264', [key], 320, 180);
    expect(difference(rgbOfJpeg(still.jpeg, 320, 180), theirs)).toBeLessThan(SAME);
    expect(decoding(bridge).map(({ deaths }) => deaths)).toEqual([0]);
  });

  it('are refused of formats that are not known, and when the bridge is closed', async () => {
    const { bridge } = testBridge();
    const { caps, units } = encodedPictures();
    const spec = { caps, units: units.slice(0, 1), width: 320, quality: QUALITY };
    const odd = { ...caps, mediaType: 'video/x-vp9' };
    await expect(bridge.still({ ...spec, caps: odd })).rejects.toMatchObject({ code: 'unsupported' });
    await expect(bridge.still({ ...spec, units: [] })).rejects.toMatchObject({ code: 'noPicture' });
    const asked = Promise.allSettled([1, 2, 3, 4].map(() => bridge.still(spec)));
    await bridge.close();
    for (const each of await asked) expect(each).toMatchObject({ status: 'rejected', reason: { code: 'lost' } });
    await expect(bridge.still(spec)).rejects.toMatchObject({ code: 'lost' });
  });

  it('end with an error when their host dies, and the camera that kills hosts is set apart', async () => {
    const isolated: IsolationChange[] = [];
    const { bridge } = testBridge({ onIsolation: (change) => isolated.push(change) });
    const pictures = encodedPictures();
    await make(bridge, pictures, 320, 'good');
    /** How often its host dies while it is at work; then the next one has begun. */
    const killed = async (): Promise<void> => {
      const [host] = decoding(bridge).filter(({ owners }) => !owners.includes('good'));
      await halt(host!.pid!);
      const failed = expect(make(bridge, pictures, 320, 'bad')).rejects.toMatchObject({ code: 'lost' });
      for (const { pid, owners } of decoding(bridge)) if (owners.includes('bad')) process.kill(pid!, 'SIGKILL');
      await failed;
    };
    await killed();
    await make(bridge, pictures, 320, 'bad');
    await killed();
    await until('it is known', () => isolated.length > 0);
    expect(isolated[0]).toMatchObject({ kind: 'isolated', role: 'decode', owner: 'bad' });
    // All others have what they want, and it has a host of its own.
    expect((await make(bridge, pictures, 320, 'good')).width).toBe(320);
    let still: Still | undefined;
    while (!still) still = await make(bridge, pictures, 320, 'bad').catch(() => undefined);
    expect(
      decoding(bridge)
        .map(({ apart }) => apart)
        .sort(),
    ).toEqual([false, true]);
  });

  it('end with an error when the decoder hangs', async () => {
    const { bridge, lines } = testBridge({ hangTimeoutMs: 1500 });
    const pictures = encodedPictures();
    await make(bridge, pictures, 320);
    const [host] = decoding(bridge) as [HostStats];
    await halt(host.pid!);
    await expect(make(bridge, pictures, 320)).rejects.toMatchObject({ code: 'lost' });
    expect(lines.some((line) => line.includes('did not answer'))).toBe(true);
    expect((await make(bridge, pictures, 320)).width).toBe(320);
  });

  it('leave no memory behind', async () => {
    const { bridge } = testBridge();
    const pictures = encodedPictures({ size: '640x360' });
    const many = async (count: number): Promise<number> => {
      for (let n = 0; n < count; n++) await make(bridge, pictures, n % 2 === 0 ? 640 : 160, `c${n % 7}`);
      return decoding(bridge)[0]!.rssBytes;
    };
    const before = await many(200);
    const grown = (await many(1000)) - before;
    expect(decoding(bridge)).toHaveLength(1);
    expect(grown).toBeLessThan(48 * 1024 * 1024);
  }, 120_000);

  it('need no host for long', async () => {
    const { bridge } = testBridge();
    const pictures = encodedPictures();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await make(bridge, pictures, 320);
    expect(decoding(bridge)[0]!.slotsUsed).toBe(1);
    vi.advanceTimersByTime(31_000);
    vi.useRealTimers();
    await until('its slot is free', () => decoding(bridge)[0]!.slotsUsed === 0);
    expect((await make(bridge, pictures, 320)).width).toBe(320);
  });
});
