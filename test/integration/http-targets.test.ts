import { once } from 'node:events';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { selfSigned } from '../kit/certificate.js';
import { serve } from '../kit/http-server.js';
import { rawHttp } from '../kit/raw-http.js';

/** Status, type and AVA error code of what comes back for bytes. */
const answerTo = async (port: number, bytes: string): Promise<[status: number, code: string]> => {
  const text = await rawHttp(port, bytes, 5000);
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]);
  if (status < 400) return [status, ''];
  expect(head.toLowerCase()).toContain('content-type: application/json');
  const { error } = JSON.parse(body) as { error: { code: string; message: string } };
  expect(error.message).not.toBe('');
  return [status, error.code];
};

const portOf = (url: string): number => Number(new URL(url).port);

/** A GET that ends its connection, so that the answer can be read to its end. */
const get = (target: string, ...headers: string[]): string =>
  `${[`GET ${target} HTTP/1.1`, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`;

describe("errors of Node's own parser", () => {
  it.each([
    ['what is no HTTP', 'nonsense\r\n\r\n', 400, 'BadRequest'],
    ['a header without a colon', get('/healthz', 'Host: localhost', 'broken header'), 400, 'BadRequest'],
    ['two lengths', get('/healthz', 'Host: localhost', 'Content-Length: 1', 'Content-Length: 2'), 400, 'BadRequest'],
    [
      'very large headers',
      get('/healthz', 'Host: localhost', `X: ${'x'.repeat(40_000)}`),
      431,
      'RequestHeaderFieldsTooLarge',
    ],
    ['a URL that cannot be decoded', get('/%zz', 'Host: localhost'), 400, 'BadRequest'],
    ['an expectation', get('/healthz', 'Host: localhost', 'Expect: the-moon'), 417, 'ExpectationFailed'],
  ])('have the form of AVA: %s', async (_, bytes, status, code) => {
    const { server } = await serve();
    expect(await answerTo(portOf(server.url), bytes)).toEqual([status, code]);
  });
});

describe('whom a request is for', () => {
  it.each([
    ['one Host', get('/healthz', 'Host: localhost'), 200],
    ['two Hosts', get('/healthz', 'Host: localhost', 'Host: localhost'), 400],
    ['two Hosts, the second foreign', get('/healthz', 'Host: localhost', 'host: evil.example'), 400],
    ['no Host', get('/healthz'), 400],
    ['no Host, in HTTP 1.0', 'GET /healthz HTTP/1.0\r\n\r\n', 400],
    ['its own URL', get('http://localhost:1/healthz?x', 'Host: localhost:1'), 200],
    ['its own URL without a path', get('http://localhost:1', 'Host: localhost:1'), 404],
    ['the URL of another server', get('http://evil.example/healthz', 'Host: localhost'), 400],
    ['the URL of another server, named in Host too', get('http://evil.example/', 'Host: evil.example'), 403],
    ['no path', get('healthz', 'Host: localhost'), 400],
    ['a URL with a user in it', get('http://localhost@evil.example/healthz', 'Host: localhost'), 400],
  ])('is clear: %s', async (_, bytes, status) => {
    const { server } = await serve();
    expect((await answerTo(portOf(server.url), bytes))[0]).toBe(status);
  });

  it('is as clear with a token, and for sockets', async () => {
    const { server } = await serve({ token: 's3cret' });
    const port = portOf(server.url);
    const token = 'Authorization: Bearer s3cret';
    expect(await answerTo(port, get('/readyz', 'Host: a', token))).toEqual([200, '']);
    expect(await answerTo(port, get('/readyz', 'Host: a', 'Host: b', token))).toEqual([400, 'BadRequest']);
    expect(await answerTo(port, get('http://b/readyz', 'Host: a', token))).toEqual([400, 'BadRequest']);
    const upgrade = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
    const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';
    const open = (target: string, ...hosts: string[]) =>
      `${[`GET ${target} HTTP/1.1`, ...hosts, ...upgrade, key, token].join('\r\n')}\r\n\r\n`;
    expect(await answerTo(port, open('/events', 'Host: a', 'Host: b'))).toEqual([400, 'BadRequest']);
    expect(await answerTo(port, open('http://b/events', 'Host: a'))).toEqual([400, 'BadRequest']);
    expect(await answerTo(port, open('/events'))).toEqual([400, 'BadRequest']);
  });
});

describe('TLS', () => {
  const handshake = async (port: number, ciphers: string): Promise<string> => {
    const socket = connect({ host: '127.0.0.1', port, ciphers, maxVersion: 'TLSv1.2', rejectUnauthorized: false });
    try {
      await once(socket, 'secureConnect');
      return socket.getCipher().name;
    } catch (error) {
      return `refused: ${(error as { code?: string }).code}`;
    } finally {
      socket.destroy();
    }
  };

  it("never exchanges keys with the certificate's own", async () => {
    const { server } = await serve({ tls: selfSigned('localhost', 'rsa') });
    const port = portOf(server.url);
    expect(await handshake(port, 'ECDHE-RSA-AES128-GCM-SHA256')).toBe('ECDHE-RSA-AES128-GCM-SHA256');
    expect(await handshake(port, 'AES128-GCM-SHA256')).toMatch(/^refused: (ERR_SSL|ECONNRESET)/);
    expect(await handshake(port, 'AES256-SHA')).toMatch(/^refused: (ERR_SSL|ECONNRESET)/);
  });
});
