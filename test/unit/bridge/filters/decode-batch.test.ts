import { describe, expect, it } from 'vitest';
import { parseCaps } from '../../../../bridge/filters/caps.js';
import { startDecode } from '../../../../bridge/filters/decode.js';
import type { PooledRun } from '../../../../bridge/hosts/pooled-host.js';
import { PacketType } from '../../../../bridge/lanes/gdp-format.js';

const FRAME = 40_000;
const KIB = 1024;

const caps = { ...parseCaps('video/x-h264'), width: 640, height: 360 };

const isUnit = (packet: Buffer): boolean => packet.readUInt16BE(4) === PacketType.buffer;

/** A lane that only notes how many units went out with each call. */
const decoder = (maxFps: number) => {
  const calls: number[] = [];
  const out: { picture?: (time: number) => void } = {};
  const lane = {
    write: () => true,
    writeAll: (packets: readonly Buffer[]) => calls.push(packets.filter(isUnit).length),
    waitingBytes: 0,
  };
  const decode = startDecode(
    (_spec, _handlers, { seen }) => {
      out.picture = (time) => void seen?.wants?.(time);
      return { lane, stop: () => {} } as unknown as PooledRun;
    },
    { caps, pictures: [{ width: 320, format: 'i420' }], maxFps },
    { onPicture: () => {}, onEnd: () => {} },
    () => {},
  );
  const feed = (index: number, bytes = 1000) =>
    decode.feed({ pts: index * FRAME, key: index % 50 === 0, payload: new Uint8Array(bytes) });
  const picture = (index: number) => out.picture?.(index * FRAME);
  return { calls, decode, feed, picture };
};

describe('units on their way to a decoder', () => {
  it('wait for the next whose picture is wanted, and not one longer', () => {
    const { calls, feed } = decoder(5);
    for (let index = 0; index <= 10; index++) expect(feed(index)).toBe(true);
    expect(calls).toEqual([1, 5, 5]);
  });

  it('take room while they wait, and go when more is wanted', () => {
    const { calls, decode, feed } = decoder(5);
    feed(0, 400 * KIB);
    for (let index = 1; index < 4; index++) feed(index, 10 * KIB);
    expect([decode.hasRoomFor(370 * KIB), calls]).toEqual([true, [1]]);
    expect([decode.hasRoomFor(371 * KIB), calls]).toEqual([false, [1, 3]]);
  });

  it('have room one after the other, however large they are', () => {
    const { decode, feed, picture } = decoder(5);
    expect(feed(0, 600 * KIB)).toBe(true);
    for (let index = 1; index < 4; index++) expect(feed(index, 10 * KIB)).toBe(true);
    expect(decode.hasRoomFor(5_000 * KIB)).toBe(true);
    expect(feed(4, 100 * KIB)).toBe(true);
    expect(feed(5, 2_000 * KIB)).toBe(true);
    expect([decode.hasRoomFor(2_000 * KIB), feed(50, 2_000 * KIB)]).toEqual([false, false]);
    picture(0);
    picture(5);
    expect([decode.hasRoomFor(2_000 * KIB), feed(50, 2_000 * KIB)]).toEqual([true, true]);
  });

  it('do not pile up when they are large', () => {
    const { calls, feed } = decoder(1);
    for (let index = 0; index < 8; index++) feed(index, 20_000);
    expect(calls).toEqual([1, 4]);
  });

  it('go at once when every picture is wanted', () => {
    const { calls, feed } = decoder(0);
    for (let index = 0; index < 5; index++) feed(index);
    expect(calls).toEqual([1, 1, 1, 1, 1]);
  });
});
