import { describe, expect, it } from 'vitest';
import { AnswerWatch, type Seen } from '../../../../bridge/rtsp/answer-watch.js';

const MEDIA = '$\u0000\u0000\u0004abcd';
const OPTIONS = 'RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: DESCRIBE\r\n\r\n';
const SDP = 'v=0\r\n\r\nRTSP/1.0 302 no\r\n\r\n';
const DESCRIBE = `RTSP/1.0 200 OK\r\nContent-Length: ${SDP.length}\r\n\r\n${SDP}`;
const MOVED = 'RTSP/1.0 302 Moved\r\nLocation: rtsp://other/x\r\n\r\n';

/** What is seen last, when the text comes in pieces of this length. */
const watch = (text: string, length = text.length): Seen => {
  const bytes = Buffer.from(text, 'latin1');
  const answers = new AnswerWatch();
  let seen: Seen = { kind: 'answers' };
  for (let at = 0; at < bytes.length && seen.kind === 'answers'; at += length) {
    seen = answers.push(bytes.subarray(at, at + length));
  }
  return seen;
};

describe('the watch over answers', () => {
  it.each([1, 2, 3, 7, 64, 10_000])('finds a redirect among other answers, in pieces of %i bytes', (length) => {
    const seen = watch(`${OPTIONS}${DESCRIBE}\r\n${MOVED}`, length);
    expect(seen).toMatchObject({ kind: 'redirect', response: { status: 302 } });
    expect(seen.kind === 'redirect' && seen.response.headers.get('location')).toEqual(['rtsp://other/x']);
  });

  it.each([1, 5, 10_000])('ends with the first media packet, in pieces of %i bytes', (length) => {
    expect(watch(OPTIONS + DESCRIBE + OPTIONS, length)).toEqual({ kind: 'answers' });
    expect(watch(OPTIONS + DESCRIBE + MEDIA + MOVED, length)).toEqual({ kind: 'media' });
  });

  it('passes over requests of the camera, and reads on behind the head of a tunnel', () => {
    expect(watch(`OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n${MOVED}`)).toMatchObject({ kind: 'redirect' });
    expect(watch(`HTTP/1.0 200 OK\r\nContent-Length: 99999\r\n\r\n${MOVED}`)).toMatchObject({ kind: 'redirect' });
    expect(watch('HTTP/1.1 301 Moved\n\n')).toMatchObject({ kind: 'redirect' });
  });

  it('gives up at what is no answer, and keeps no more than a head of 16 KiB', () => {
    expect(watch('RTSP/9 hello\r\n\r\n')).toEqual({ kind: 'media' });
    expect(watch('x'.repeat(20_000), 1000)).toEqual({ kind: 'media' });
    expect(watch('x'.repeat(1_000_000))).toEqual({ kind: 'media' });
  });
});
