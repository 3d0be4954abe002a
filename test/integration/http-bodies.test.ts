import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventClient } from '../kit/event-client.js';
import { serve } from '../kit/http-server.js';
import { http, rawHttp } from '../kit/raw-http.js';

const post = (url: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
  http(url, { method: 'POST', body, headers });

const codeOf = (reply: { json(): unknown }): string => (reply.json() as { error: { code: string } }).error.code;

describe('bodies', () => {
  it('passes JSON on, whatever type is declared', async () => {
    const { server, calls, messages } = await serve();
    const { url } = server;
    expect((await post(`${url}/methods/echo`, '{"a":[1,"ü"]}')).json()).toEqual({ a: [1, 'ü'] });
    for (const type of [
      'application/json; charset=utf-8',
      'text/plain',
      'application/x-www-form-urlencoded',
      'video/mp4',
    ]) {
      expect((await post(`${url}/methods/echo`, '7', { 'content-type': type })).text).toBe('7');
    }
    const empty = await post(`${url}/methods/echo`, '');
    expect([empty.status, empty.text]).toEqual([200, 'null']);
    expect(calls.at(-1)?.payload).toBeUndefined();
    const nothing = await post(`${url}/methods/nothing`, '{}');
    expect([nothing.status, nothing.text]).toEqual([204, '']);
    expect((await post(`${url}/methods/unheardOf`, '{}')).status).toBe(501);
    expect((await post(`${url}/inputs/door%20one?pipeline=p1`, '{"open":true}')).json()).toEqual({
      delivered: 1,
      eventIds: ['event-1'],
    });
    await post(`${url}/inputs/bell`, '');
    expect(messages).toEqual([
      { input: 'door one', message: { open: true }, pipeline: 'p1' },
      { input: 'bell', message: null, pipeline: undefined },
    ]);
  });

  it('says what is wrong with a body', async () => {
    const { server, calls } = await serve();
    const echo = `${server.url}/methods/echo`;
    const bad: Array<[string | Uint8Array, number, string]> = [
      ['{"a":', 400, 'BodyNotJson'],
      ['nonsense', 400, 'BodyNotJson'],
      [Buffer.from([0x22, 0xff, 0xfe, 0x22]), 400, 'BodyNotUtf8'],
      [Buffer.from([0x22, 0xe2, 0x98]), 400, 'BodyNotUtf8'],
      ['['.repeat(65) + ']'.repeat(65), 400, 'BodyTooDeep'],
      ['['.repeat(500_000), 400, 'BodyTooDeep'],
      ['{"a":'.repeat(100_000), 400, 'BodyTooDeep'],
      ['{"__proto__":{"x":1}}', 400, 'BodyForbiddenKey'],
      ['[{"\\u005f_proto__":1}]', 400, 'BodyForbiddenKey'],
      [`"${'x'.repeat(1024 * 1024)}"`, 413, 'PayloadTooLarge'],
    ];
    for (const [body, status, code] of bad) {
      const reply = await post(echo, body);
      expect([reply.status, codeOf(reply)]).toEqual([status, code]);
    }
    expect(calls).toEqual([]);
    const deep = '['.repeat(64) + ']'.repeat(64);
    expect((await post(echo, deep)).text).toBe(deep);
    expect((await post(echo, '{"text":"[[[[ \\"{{{ __proto__"}')).status).toBe(200);
  });

  it('does not tell a caller what is inside when a method fails', async () => {
    const { server } = await serve();
    const reply = await post(`${server.url}/methods/fails`, '{}');
    expect(reply.status).toBe(500);
    expect(reply.text).not.toContain('secret');
  });

  it('survives requests that are no requests', async () => {
    const { server } = await serve();
    const port = Number(server.address.split(':')[1]);
    const head = 'POST /methods/echo HTTP/1.1\r\nHost: localhost\r\n';
    const broken = [
      'nonsense\r\n\r\n',
      `${head}Content-Length: abc\r\n\r\n`,
      `${head}Content-Length: 10\r\n\r\n{}`,
      `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
      `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
      'GET /%E0%A4%A HTTP/1.1\r\nHost: localhost\r\n\r\n',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      'GET /events HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      'GET /events HTTP/1.1\r\nHost: localhost\r\nUpgrade: nonsense\r\nConnection: Upgrade\r\n\r\n',
      'GET /metrics HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n',
      'GET /metrics HTTP/1.1\r\n\r\n',
    ];
    for (const bytes of broken) {
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(await rawHttp(port, bytes))?.[1] ?? 0);
      expect([bytes.slice(0, 90), status === 0 || (status >= 400 && status < 500)]).toEqual([bytes.slice(0, 90), true]);
    }
    expect((await http(`${server.url}/healthz`)).status).toBe(200);
  });

  it('gives a 4xx or the method its say, for any body at all', async () => {
    const { server } = await serve();
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => Buffer.from(text)),
      fc.tuple(fc.json(), fc.nat(50)).map(([text, cut]) => Buffer.from(text).subarray(0, -cut)),
    );
    const paths = fc.constantFrom(
      '/methods/echo',
      '/methods/nothing',
      '/inputs/door',
      '/twins/d/modules/avaedge/methods',
    );
    await fc.assert(
      fc.asyncProperty(paths, bytes, async (path, body) => {
        const { status } = await post(server.url + path, body);
        expect([200, 204, 400]).toContain(status);
      }),
      { numRuns: 300 },
    );
  });

  it('reads what comes over a socket with the same care', async () => {
    const { server } = await serve({ bodyLimitBytes: 10_000 });
    const client = await EventClient.open(server.url);
    const texts = ['', '[]', 'null', '7', '{"id":{}}', '['.repeat(5000), '{"id":1,"method":"a","input":"b"}'];
    for (const text of texts) client.socket.send(text);
    await client.count(texts.length);
    for (const reply of client.items) expect(reply).toMatchObject({ id: null, status: 400 });
    client.socket.send('x'.repeat(20_000));
    expect((await client.closed).code).toBe(1009);
  });

  it('describes itself', async () => {
    const { server } = await serve();
    const document = (await http(`${server.url}/openapi.json`)).json() as { openapi: string; paths: object };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/events',
      '/healthz',
      '/inputs/{input}',
      '/methods/{method}',
      '/metrics',
      '/readyz',
      '/session',
      '/twins/{device}/modules/{module}/methods',
    ]);
  });
});
