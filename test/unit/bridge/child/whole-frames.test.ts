import { describe, expect, it } from 'vitest';
import { WholeFrames } from '../../../../bridge/child/whole-frames.js';

const packet = (length: number): Buffer => {
  const bytes = Buffer.alloc(4 + length, 0x24);
  bytes.writeUInt16BE(0, 0);
  bytes[0] = 0x24;
  bytes.writeUInt16BE(length, 2);
  return bytes;
};
const text = (value: string): Buffer => Buffer.from(value, 'latin1');

const WHOLE = [
  text('RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n'),
  text('RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length:  5\r\n\r\n$\r\n\r\n'),
  packet(0),
  packet(1400),
  text('\r\n\r\n'),
  text('RTSP/1.0 200 OK\nCSeq: 3\ncontent-length: 2\n\nab'),
  packet(65_535),
  text('GET_PARAMETER rtsp://a/b RTSP/1.0\r\nCSeq: 1\r\n\r\n'),
  packet(3),
];
const TUNNEL = [text('HTTP/1.0 200 OK\r\nContent-Length: 9999\r\n\r\n'), ...WHOLE];

/** Places after which nothing is begun. */
const bordersOf = (parts: readonly Buffer[]): Set<number> => {
  let at = 0;
  const borders = new Set([0]);
  for (const { length } of parts) {
    at += length;
    borders.add(at);
  }
  return borders;
};

const passedOn = (
  parts: readonly Buffer[],
  step: number,
): { borders: number[]; bytes: Buffer; frames: WholeFrames } => {
  const frames = new WholeFrames();
  const all = Buffer.concat(parts);
  const out: Buffer[] = [];
  const borders: number[] = [];
  let length = 0;
  for (let at = 0; at < all.length; at += step) {
    const whole = frames.push(all.subarray(at, at + step));
    out.push(whole);
    length += whole.length;
    borders.push(length);
  }
  return { borders, bytes: Buffer.concat(out), frames };
};

describe('what is passed on of a camera', () => {
  it.each([1, 2, 3, 7, 100, 1000, 1404, 1_000_000])('ends between packets and messages, in steps of %i', (step) => {
    for (const parts of [WHOLE, TUNNEL]) {
      const { borders, bytes, frames } = passedOn(parts, step);
      // A pair of line breaks is two borders: nobody waits in the middle of it.
      const allowed = bordersOf(
        parts.flatMap((part) =>
          /^[\r\n]+$/.test(part.toString('latin1')) ? [...part].map((byte) => Buffer.from([byte])) : [part],
        ),
      );
      expect(borders.filter((border) => !allowed.has(border))).toEqual([]);
      expect(bytes.equals(Buffer.concat(parts))).toBe(true);
      expect([frames.lost, frames.held.length]).toEqual([false, 0]);
    }
  });

  it('leaves nothing out when the end of a packet never comes', () => {
    const { bytes, frames } = passedOn([packet(10), packet(100).subarray(0, 50)], 9);
    expect(bytes.equals(packet(10))).toBe(true);
    expect(frames.held.equals(packet(100).subarray(0, 50))).toBe(true);
  });

  it.each([
    ['bytes of nothing', Buffer.from([0x80, 0x60, 0, 1])],
    ['a head without an end', Buffer.alloc(20_000, 0x41)],
    ['a body that is too long', text('RTSP/1.0 200 OK\r\nContent-Length: 999999999\r\n\r\n')],
  ])('is everything after %s', (_, bytes) => {
    const after = Buffer.concat([packet(5), bytes, packet(100).subarray(0, 20)]);
    const { bytes: passed, frames } = passedOn([after], 1000);
    expect(frames.lost).toBe(true);
    expect(passed.equals(after)).toBe(true);
  });
});
