import { describe, expect, it } from 'vitest';
import { TunnelHead } from '../../../../bridge/child/tunnel-head.js';
import { authorize } from '../../../../bridge/rtsp/authorization.js';
import { readCameraUrl } from '../../../../bridge/rtsp/camera-url.js';

const camera = readCameraUrl('rtsp://cam:554/live?a=$&b=$1');
const credentials = { username: 'viewer', password: 'word' };
const challenge = {
  scheme: 'digest',
  realm: 'r',
  nonce: 'n',
  algorithm: 'MD5',
  algorithmNamed: false,
  qop: false,
  stale: false,
} as const;

/** What is sent of a head that comes in pieces of this length. */
const sent = (text: string, length = text.length, known: typeof credentials | undefined = credentials): string[] => {
  const head = new TunnelHead(camera, known);
  for (let at = 0; at < text.length; at += length) {
    const parts = head.push(Buffer.from(text.slice(at, at + length), 'latin1'));
    if (parts !== undefined) return parts.map((part) => part.toString('latin1'));
  }
  return [];
};

describe('the head of a tunnel', () => {
  it.each([1, 10, 1000])('has the path only, and the rest apart, in pieces of %i bytes', (length) => {
    const written = `POST http://cam:554${camera.path} HTTP/1.0\r\nHost: cam:554\r\n\r\n`;
    expect(sent(written, length)).toEqual([`POST ${camera.path} HTTP/1.0\r\nHost: cam:554\r\n\r\n`]);
  });

  it('leaves what follows as it is', () => {
    expect(sent('GET http://cam:554/ HTTP/1.0\r\n\r\nREVTQ1JJQkU=')).toEqual([
      `GET ${camera.path} HTTP/1.0\r\n\r\n`,
      'REVTQ1JJQkU=',
    ]);
    expect(sent('OPTIONS rtsp://cam/ RTSP/1.0\r\n\r\n')).toEqual(['OPTIONS rtsp://cam/ RTSP/1.0\r\n\r\n']);
  });

  it('has a digest over the path, and other credentials as they were', () => {
    const uri = `http://cam:554${camera.path}`;
    const head = (authorization: string, target: string): string =>
      `GET ${target} HTTP/1.0\r\nAuthorization: ${authorization}\r\nDate: now\r\n\r\n`;
    const digest = (target: string): string => authorize(challenge, credentials, { method: 'GET', uri: target });
    expect(sent(head(digest(uri), uri))).toEqual([head(digest(camera.path), camera.path)]);
    expect(sent(head('Basic dTpw', uri))).toEqual([head('Basic dTpw', camera.path)]);
    expect(sent(head(digest(uri), uri), 9999, undefined)).toHaveLength(1);
  });

  it('that does not end is not kept', () => {
    expect(sent('GET '.padEnd(70_000, 'x'), 7000).join('').length).toBeLessThanOrEqual(70_000);
    expect(sent('GET '.padEnd(70_000, 'x'), 7000)).not.toEqual([]);
  });
});
