import { describe, expect, it } from 'vitest';
import { MalformedResponse, type Response, ResponseReader } from '../../../../bridge/rtsp/message.js';

const read = (text: string, ended = false): Response | undefined => {
  const reader = new ResponseReader();
  reader.push(Buffer.from(text, 'latin1'));
  return reader.next(ended);
};

describe('RTSP answers', () => {
  it('reads status, headers and body, and waits for all of it', () => {
    const text = 'RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 5\r\n\r\nv=0\r\n';
    expect(read(text)).toEqual({
      protocol: 'RTSP',
      status: 200,
      reason: 'OK',
      headers: new Map([
        ['cseq', ['1']],
        ['content-length', ['5']],
      ]),
      body: 'v=0\r\n',
    });
    for (let length = 0; length < text.length; length++) expect(read(text.slice(0, length))).toBeUndefined();
  });

  it('takes bare line feeds, any case, folded and repeated headers, and lines that are none', () => {
    const response = read(
      '\r\n\nrtsp/1.0 401\nwww-authenticate: Digest a=b,\n  c=d\nWWW-Authenticate:Basic x\nnonsense\n: y\n\n',
    );
    expect(response).toMatchObject({ protocol: 'RTSP', status: 401, reason: '' });
    expect(response!.headers.get('www-authenticate')).toEqual(['Digest a=b, c=d', 'Basic x']);
  });

  it('passes over interleaved packets in front of and between answers', () => {
    const reader = new ResponseReader();
    const packet = Buffer.from([0x24, 0, 0, 3, 0x52, 0x0a, 0x0a]);
    reader.push(Buffer.concat([packet, Buffer.from('RTSP/1.0 100 Continue\r\n\r\n'), packet.subarray(0, 5)]));
    expect(reader.next()).toMatchObject({ status: 100 });
    expect(reader.next()).toBeUndefined();
    reader.push(Buffer.concat([packet.subarray(5), Buffer.from('RTSP/1.0 404 No\r\n\r\n')]));
    expect(reader.next()).toMatchObject({ status: 404, reason: 'No' });
  });

  it('waits for the rest of an interleaved packet, whatever is in it, wherever it is cut', () => {
    const packet = Buffer.from([0x24, 0x0a, 0, 4, 0x0a, 0x52, 0x0a, 0x0a]);
    for (let cut = 0; cut <= packet.length; cut++) {
      const reader = new ResponseReader();
      reader.push(packet.subarray(0, cut));
      expect(reader.next()).toBeUndefined();
      reader.push(Buffer.concat([packet.subarray(cut), Buffer.from('RTSP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n')]));
      expect(reader.next()).toMatchObject({ status: 200 });
    }
  });

  it('ends a body of unknown length with the connection', () => {
    const reader = new ResponseReader();
    reader.push(Buffer.from('RTSP/1.0 200 OK\r\n\r\nv=0\r\n'));
    expect(reader.next()).toBeUndefined();
    expect(reader.openEnded).toBe(true);
    expect(reader.next(true)).toMatchObject({ body: 'v=0\r\n' });
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9\r\n'],
    ['a request', 'OPTIONS rtsp://x RTSP/1.0\r\n'],
    ['binary', '\x00\x01\x02\n'],
    ['no number in the length', 'RTSP/1.0 200 OK\r\nContent-Length: -5\r\n\r\n'],
    ['a length beyond reason', 'RTSP/1.0 200 OK\r\nContent-Length: 9999999999\r\n\r\n'],
    ['headers without end', `RTSP/1.0 200 OK\r\n${'X: y\r\n'.repeat(20_000)}`],
    ['a line without end', 'R'.repeat(70_000)],
    ['a body without end', `RTSP/1.0 200 OK\r\n\r\n${'x'.repeat(70_000)}`],
    ['blank lines without end', '\r\n'.repeat(100)],
  ])('refuses %s', (_, text) => {
    expect(() => read(text)).toThrow(MalformedResponse);
  });

  it('quotes only printable characters, and few of them', () => {
    expect(() => read(`\x1b[31m${'é'.repeat(10)}${'x'.repeat(500)}\n`)).toThrow(
      /^the answer begins with "[\x20-\x7e]{1,85}…"$/,
    );
  });
});
