import { expect, it } from 'vitest';
import { RtspFrames } from '../../../../../bench/chaos/stage/rtsp-frames.js';

const packet = (length: number): Buffer =>
  Buffer.concat([Buffer.from([0x24, 0, 0, length]), Buffer.alloc(length, 0x24)]);
const plain = Buffer.from('RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n');
const withBody = Buffer.from('RTSP/1.0 200 OK\r\nContent-Length: 4\r\n\r\n$abc');

it('tells packets from messages, however the bytes come', () => {
  const stream = Buffer.concat([plain, packet(5), withBody, packet(0), packet(200), plain]);
  for (const size of [1, 3, 7, stream.byteLength]) {
    const frames = new RtspFrames();
    const pieces = [];
    for (let at = 0; at < stream.byteLength; at += size) pieces.push(...frames.push(stream.subarray(at, at + size)));
    expect(pieces.map(({ kind }) => kind)).toEqual(['message', 'packet', 'message', 'packet', 'packet', 'message']);
    expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).equals(stream)).toBe(true);
  }
});
