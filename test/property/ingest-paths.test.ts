import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Bridge, IngestSpec } from '../../bridge/types.js';
import { recordIngest, testBridge } from '../kit/bridge.js';
import { corruptBytes, fakeMedia, seeded } from '../kit/fake-media.js';
import { type FakeRtspOptions, startFakeRtspServer } from '../kit/fake-rtsp-server.js';
import type { NalCodec } from '../kit/h264-bytes.js';
import { encodeRaw } from '../kit/raw-stream.js';

/** What goes wrong on the way, with a generator of its own in each connection, so that it is the same in all. */
type Mischief = (random: () => number) => (packet: Buffer, sequence: number) => Buffer | undefined;

const MISCHIEF: Record<string, Mischief> = {
  nothing: () => (packet) => packet,
  'lost packets': (random) => (packet) => (random() < 0.05 ? undefined : packet),
  'lost bursts': (random) => {
    let left = 0;
    return (packet) => {
      if (left === 0 && random() < 0.01) left = 1 + Math.floor(30 * random());
      if (left > 0) left--;
      return left > 0 ? undefined : packet;
    };
  },
  'packets in another order, and twice': (random) => {
    let held: Buffer | undefined;
    return (packet) => {
      const before = held;
      held = undefined;
      if (before === undefined && random() < 0.1) {
        held = packet;
        return undefined;
      }
      if (before !== undefined && random() < 0.5) held = packet;
      return before === undefined ? packet : random() < 0.5 ? before : packet;
    };
  },
  'damaged payloads': (random) => (packet) =>
    random() < 0.1
      ? Buffer.concat([packet.subarray(0, 12), corruptBytes(packet.subarray(12), 0.02, random, 1)])
      : packet,
  'damaged payload headers': (random) => (packet) => {
    if (random() < 0.05) packet[12 + Math.floor(3 * random())] = Math.floor(256 * random());
    return packet;
  },
  'payloads cut short': (random) => (packet) =>
    random() < 0.05 ? packet.subarray(0, 12 + Math.floor(random() * (packet.length - 12))) : packet,
};

const COUNT = 90;
const streamOf = (codec: NalCodec): Buffer =>
  Buffer.concat(
    encodeRaw({ codec, size: '320x192', frames: 60, ...(codec === 'h264' ? { params: 'slices=3' } : {}) })
      .flat()
      .flatMap((nal) => [Buffer.from([0, 0, 0, 1]), nal]),
  );

type Path = NonNullable<IngestSpec['path']>;

const play = async (bridge: Bridge, path: Path, options: FakeRtspOptions): Promise<string[]> => {
  const server = await startFakeRtspServer(options);
  const { ingest, units, count } = recordIngest(bridge, { url: server.url, transport: 'tcp', path });
  await count(COUNT);
  await ingest.stop();
  await server.close();
  return units.slice(0, COUNT).map(({ pts, key, settling, discont, payload }) => {
    const hash = createHash('sha256').update(payload).digest('hex').slice(0, 12);
    return `${pts} ${key ? 'key' : ''} ${settling} ${discont ? 'damaged' : ''} ${payload.length} ${hash}`;
  });
};

/** Each byte by itself, or up to so many at a time. */
const cutting = (most: number, random: () => number) =>
  function* (bytes: Buffer): Generator<Buffer> {
    for (let at = 0; at < bytes.length; ) {
      const end = at + 1 + Math.floor(most * random());
      yield bytes.subarray(at, end);
      at = end;
    }
  };

describe('both ways of taking media out of its packets', () => {
  const streams: Record<NalCodec, Buffer> = { h264: streamOf('h264'), h265: streamOf('h265') };
  const sent = (codec: NalCodec) => ({ codec, mtu: 500, sendAt: (index: number) => index / 200 });

  it.each((['h264', 'h265'] as const).flatMap((codec) => Object.keys(MISCHIEF).map((name) => [codec, name] as const)))(
    'give the same units: %s, %s',
    async (codec, name) => {
      const { bridge } = testBridge();
      const played = (path: Path, seed: number) => {
        const alterPacket = MISCHIEF[name]!(seeded(seed));
        return play(bridge, path, { media: fakeMedia(streams[codec], { ...sent(codec), alterPacket }) });
      };
      for (const seed of [1, 2]) expect(await played('direct', seed)).toEqual(await played('gstreamer', seed));
    },
  );

  it.each(['h264', 'h265'] as const)(
    'give the same units wherever the connection cuts the bytes: %s',
    async (codec) => {
      const { bridge } = testBridge();
      const media = fakeMedia(streams[codec], sent(codec));
      const whole = await play(bridge, 'direct', { media });
      for (const most of [1, 40, 2000]) {
        for (const path of ['direct', 'gstreamer'] as const)
          expect(await play(bridge, path, { media, pieces: cutting(most, seeded(most)) })).toEqual(whole);
      }
    },
  );
});
