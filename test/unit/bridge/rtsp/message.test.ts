import { describe, expect, it } from 'vitest';
import { bodyLengthOf, MalformedResponse, parseHead, quotable } from '../../../../bridge/rtsp/message.js';

describe('the head of an RTSP message', () => {
  it('reads status and headers of an answer', () => {
    expect(parseHead('RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 5')).toEqual({
      kind: 'response',
      protocol: 'RTSP',
      status: 200,
      reason: 'OK',
      headers: new Map([
        ['cseq', ['1']],
        ['content-length', ['5']],
      ]),
    });
  });

  it('reads a request of the camera', () => {
    expect(parseHead('announce rtsp://10.0.0.9/live RTSP/1.0\r\nCSeq: 4')).toMatchObject({
      kind: 'request',
      method: 'ANNOUNCE',
      uri: 'rtsp://10.0.0.9/live',
    });
  });

  it('takes bare line feeds, any case, folded and repeated headers, and lines that are none', () => {
    const response = parseHead(
      'rtsp/1.0 401\nwww-authenticate: Digest a=b,\n  c=d\nWWW-Authenticate:Basic x\nnonsense\n: y',
    );
    expect(response).toMatchObject({ protocol: 'RTSP', status: 401, reason: '' });
    expect(response.headers.get('www-authenticate')).toEqual(['Digest a=b, c=d', 'Basic x']);
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9'],
    ['a request over HTTP', 'GET / HTTP/1.1'],
    ['binary', '\x00\x01\x02'],
    ['an address beyond reason', `OPTIONS ${'x'.repeat(5000)} RTSP/1.0`],
  ])('refuses %s', (_, text) => {
    expect(() => parseHead(text)).toThrow(MalformedResponse);
  });

  it.each([
    ['-5', undefined],
    ['9999999999', undefined],
    ['70000', undefined],
    ['65536', 65536],
    ['0', 0],
  ])('takes a length of %s only within reason', (text, length) => {
    const read = () => bodyLengthOf({ headers: new Map([['content-length', [text]]]) });
    if (length === undefined) expect(read).toThrow(MalformedResponse);
    else expect(read()).toBe(length);
  });

  it('quotes only printable characters, and few of them', () => {
    expect(quotable(`\x1b[31m${'é'.repeat(10)}${'x'.repeat(500)}\n`)).toMatch(/^[\x20-\x7e]{1,80}…$/);
  });
});
