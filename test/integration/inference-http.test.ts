import { describe, expect, it } from 'vitest';
import { Asking, picture } from '../kit/inference-servers/http/client.js';
import { FOUND, sendJson, startServer } from '../kit/inference-servers/http/server.js';

describe('an HTTP inference server', () => {
  it('gets one picture in each request, on a connection that stays open, as AVA sends it', async () => {
    const server = await startServer();
    const asking = new Asking({ endpoint: { url: `${server.url}/score?stream=cam%201&object=a|b` } }).start();
    for (let n = 0; n < 5; n++) expect(await asking.ask({ data: picture(n) })).toEqual(FOUND);
    expect(server.connections).toBe(1);
    expect(server.arrived.map(({ body }) => body)).toEqual([0, 1, 2, 3, 4].map((n) => picture(n)));
    const [first, second] = server.arrived;
    expect(first).toMatchObject({
      method: 'POST',
      url: '/score?stream=cam%201&object=a|b',
      headers: {
        accept: 'application/json',
        'content-type': 'image/jpeg',
        'content-length': '2000',
        'user-agent': 'Azure Media Services',
        host: `127.0.0.1:${server.port}`,
        'x-ms-client-request-id': expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      },
    });
    expect(second!.headers['x-ms-client-request-id']).not.toBe(first!.headers['x-ms-client-request-id']);
    expect(asking.troubles).toEqual([]);
  });

  it.each([
    ['png', 'image/png'],
    ['bmp', 'image/bmp'],
    ['raw', 'image/x-raw'],
  ] as const)('is told that a picture is %s', async (kind, type) => {
    const server = await startServer();
    const asking = new Asking({ endpoint: { url: server.url } }).start();
    const format = kind === 'raw' ? { kind, pixelFormat: 'bgr24' as const } : { kind };
    expect(await asking.ask({ format })).toEqual(FOUND);
    expect(server.arrived[0]).toMatchObject({ url: '/', headers: { 'content-type': type } });
  });

  it('has found nothing when it says so, in any of the ways that servers have', async () => {
    const server = await startServer();
    const asking = new Asking({ endpoint: { url: server.url } }).start();
    server.answer = (response) => response.writeHead(204).end();
    expect(await asking.ask()).toEqual({ inferences: [] });
    server.answer = (response) => sendJson(response, { inferences: [] });
    expect(await asking.ask()).toEqual({ inferences: [] });
    server.answer = (response) => response.writeHead(200).end();
    expect(await asking.ask()).toEqual({ inferences: [] });
    expect(server.connections).toBe(1);
  });

  it('may answer what is not of the schema, or no JSON', async () => {
    const server = await startServer();
    const asking = new Asking({ endpoint: { url: server.url } }).start();
    server.answer = (response) => sendJson(response, { predictions: [1] });
    expect(await asking.ask()).toEqual({ inferences: [], foreign: { predictions: [1] } });
    server.answer = (response) => response.writeHead(200, { 'Content-Type': 'text/plain' }).end('hello');
    expect(await asking.ask()).toEqual({
      inferences: [{ type: 'other', other: { contentType: 'text/plain', contentBytes: btoa('hello') } }],
    });
  });

  it('gets one picture at a time, and another when it has answered', async () => {
    const server = await startServer();
    const asking = new Asking({ endpoint: { url: server.url } }).start();
    expect([asking.client.ready, asking.client.pending]).toEqual([true, 0]);
    asking.send();
    expect([asking.client.ready, asking.client.pending]).toEqual([false, 1]);
    await expect.poll(() => asking.told.at(-1)).toBe('ready');
    expect(asking.told).toMatchObject([{ answer: FOUND }, 'ready']);
    expect([asking.client.ready, asking.client.pending]).toEqual([true, 0]);
  });
});
