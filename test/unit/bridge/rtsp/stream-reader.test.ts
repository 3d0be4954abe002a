import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MalformedResponse } from '../../../../bridge/rtsp/message.js';
import { StreamReader } from '../../../../bridge/rtsp/stream-reader.js';

/** An interleaved packet. */
const packet = (channel: number, ...bytes: number[]): Buffer =>
  Buffer.from([0x24, channel, bytes.length >> 8, bytes.length & 0xff, ...bytes]);
const rtp = (channel: number, length: number, fill = 7): Buffer =>
  packet(channel, 0x80, 96, ...Array<number>(length - 2).fill(fill));
const text = (...lines: string[]): Buffer => Buffer.from([...lines, '', ''].join('\r\n'), 'latin1');
const OK = text('RTSP/1.0 200 OK', 'CSeq: 3', 'Content-Length: 4').toString('latin1');

interface Given {
  bodies?: StreamReader['bodies'];
  channels?: number[];
  cuts?: readonly number[];
  ended?: boolean;
}

/** What a reader gives, as words: `0:8007` a packet, `200 v=0` an answer, `OPTIONS` a request, `-5` garbage. */
const read = (
  bytes: Uint8Array,
  { bodies = 'none', channels = [], cuts = [], ended = false }: Given = {},
): string[] => {
  const seen: string[] = [];
  const reader = new StreamReader({
    onMessage: (message) =>
      seen.push(message.kind === 'request' ? message.method : `${message.status} ${message.body}`),
    onPacket: (channel, each) => seen.push(`${channel}:${each.toString('hex')}`),
    onGarbage: (count) => seen.push(`-${count}`),
  });
  reader.bodies = bodies;
  reader.expectPackets(channels);
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  for (const [index, start] of [0, ...places].entries()) {
    // A buffer of its own that is gone after the call, as a socket's may be.
    const chunk = Buffer.from(bytes.subarray(start, places[index] ?? bytes.length));
    reader.push(chunk);
    chunk.fill(0xee);
  }
  if (ended) reader.endBody();
  return seen;
};

describe('what comes on an RTSP connection', () => {
  const all = Buffer.concat([
    Buffer.from('\r\n\n'),
    rtp(0, 5),
    text('RTSP/1.0 100 Continue'),
    Buffer.from(`${OK}v=0\n`),
    packet(1),
    text('OPTIONS * RTSP/1.0', 'CSeq: 9'),
    // Line feeds in media end nothing.
    packet(10, 0x0a, 0x52, 0x0a, 0x0a),
    text('RTSP/1.0 404 Not Found'),
  ]);
  const expected = ['0:8060070707', '100 ', '200 v=0\n', '1:', 'OPTIONS', '10:0a520a0a', '404 '];

  it('is cut into messages and packets', () => {
    expect(read(all)).toEqual(expected);
  });

  it('is cut in the same way wherever the chunks are', () => {
    for (let cut = 0; cut <= all.length; cut++) expect(read(all, { cuts: [cut] })).toEqual(expected);
    expect(read(all, { cuts: [...all.keys()] })).toEqual(expected);
  });

  it('holds a packet of the greatest length and gives its memory back', () => {
    const large = Buffer.concat([packet(0, 0x80), Buffer.alloc(0)]);
    const whole = Buffer.concat([Buffer.from([0x24, 0, 0xff, 0xff]), Buffer.alloc(0xffff, 1), large]);
    const seen = read(whole, { cuts: [3, 4, 5, 40_000] });
    expect(seen.map((each) => each.length)).toEqual([2 + 2 * 0xffff, 4]);
  });

  it('may have a body without a length where one is expected, up to the end', () => {
    const answer = Buffer.from('RTSP/1.0 200 OK\r\n\r\nv=0\r\n');
    for (let cut = 0; cut <= answer.length; cut++) {
      expect(read(answer, { bodies: 'open', cuts: [cut], ended: true })).toEqual(['200 v=0\r\n']);
    }
    expect(read(text('RTSP/1.0 404 No'), { bodies: 'open' })).toEqual(['404 ']);
    expect(read(text('RTSP/1.0 200 OK'))).toEqual(['200 ']);
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9\r\n'],
    ['binary', '\x00\x01\x02\n'],
    ['no number in the length', 'RTSP/1.0 200 OK\r\nContent-Length: -5\r\n\r\n'],
    ['headers without end', `RTSP/1.0 200 OK\r\n${'X: y\r\n'.repeat(20_000)}`],
    ['a line without end', 'R'.repeat(70_000)],
    ['a body without end', `RTSP/1.0 200 OK\r\n\r\n${'x'.repeat(70_000)}`],
    ['blank lines without end', '\r\n'.repeat(100)],
  ])('is refused when it is %s', (_, bytes) => {
    expect(() => read(Buffer.from(bytes, 'latin1'), { bodies: 'open' })).toThrow(MalformedResponse);
  });
});

describe('bytes that belong to nothing', () => {
  const channels = [0, 1];

  it('are passed over between packets, counted once for each place, wherever the chunks are', () => {
    const bytes = Buffer.concat([
      rtp(0, 8),
      Buffer.from([1, 2, 0x24, 9, 0, 20, 0x80, 0x24, 0, 0, 3, 0x80, 0x24, 0, 0, 9, 0x40]),
      rtp(1, 8),
      Buffer.from('!RTSP!'),
      Buffer.from(`${OK}v=0\n`),
      rtp(0, 9),
    ]);
    const expected = [
      `0:8060${'07'.repeat(6)}`,
      '-17',
      `1:8060${'07'.repeat(6)}`,
      '-6',
      '200 v=0\n',
      `0:8060${'07'.repeat(7)}`,
    ];
    expect(read(bytes, { channels })).toEqual(expected);
    for (let cut = 0; cut <= bytes.length; cut++) expect(read(bytes, { channels, cuts: [cut] })).toEqual(expected);
  });

  it('end the connection when there are too many', () => {
    expect(() => read(Buffer.alloc(300_000, 1), { channels })).toThrow(MalformedResponse);
    expect(() => read(Buffer.alloc(300_000, 0x41), { channels })).toThrow(MalformedResponse);
  });

  it('do not disturb what comes behind them', () => {
    const good = rtp(0, 40, 3);
    fc.assert(
      fc.property(
        fc
          .uint8Array({ maxLength: 300 })
          .map((noise) => noise.map((byte) => (byte === 0x24 || byte === 0x52 ? 0 : byte))),
        fc.array(fc.nat(), { maxLength: 8 }),
        (noise, cuts) => {
          // Letters may begin a message, whose line would have to end first.
          const plain = noise.map((byte) => (/[a-z]/i.test(String.fromCharCode(byte)) ? 1 : byte));
          const bytes = Buffer.concat([rtp(0, 8), plain, good, good]);
          const seen = read(bytes, { channels, cuts }).filter((each) => each.startsWith('0:'));
          expect(seen.at(-1)).toBe(`0:8060${'03'.repeat(38)}`);
          expect(seen.length).toBe(3);
        },
      ),
    );
  });

  it('give the same however they are cut', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom<Uint8Array>(
        rtp(0, 8),
        rtp(1, 30),
        Buffer.from(`${OK}v=0\n`),
        Buffer.from('RTSP/1.0 2'),
        Buffer.from('\r\n'),
      ),
    );
    const outcome = (bytes: Uint8Array, given: Given): string[] => {
      try {
        return read(bytes, given);
      } catch (problem) {
        expect(problem).toBeInstanceOf(MalformedResponse);
        return ['refused'];
      }
    };
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.boolean(),
        (pieces, cuts, playing) => {
          const bytes = Buffer.concat(pieces);
          const given = playing ? { channels } : {};
          expect(outcome(bytes, { ...given, cuts })).toEqual(outcome(bytes, given));
        },
      ),
      { numRuns: 500 },
    );
  });
});
