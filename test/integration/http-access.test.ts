import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHttpServer } from '../../engine/api/server.js';
import { systemClock } from '../../engine/core/clock.js';
import { EventClient } from '../kit/event-client.js';
import { serve } from '../kit/http-server.js';
import { http } from '../kit/raw-http.js';
import { tempDir } from '../kit/temp-dir.js';

const PATHS = ['/cameras', '/metrics', '/openapi.json', '/nowhere', '/videos'];
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** The status with which an upgrade was refused. */
const refusedWith = async (url: string, query = '', headers: Record<string, string> = {}): Promise<number> => {
  try {
    await EventClient.open(url, query, headers);
  } catch (error) {
    return Number(/Unexpected server response: (\d+)/.exec(String(error))?.[1]);
  }
  return 101;
};

describe('who may come in', () => {
  it('is refused a start without a token on an address that others can reach', async () => {
    const { journal } = await serve();
    for (const host of ['0.0.0.0', '::', 'example.org']) {
      const listen = { kind: 'tcp', host, port: 0 } as const;
      const started = createHttpServer({ ...inert(), journal, listen });
      await expect(started).rejects.toMatchObject({ code: 'TokenRequired' });
    }
  });

  it('needs the token when there is one, except to tell that the engine lives and can work', async () => {
    const { server, calls } = await serve({ token: 'correct horse' });
    const { url } = server;
    expect((await http(`${url}/healthz`)).status).toBe(200);
    expect((await http(`${url}/readyz`)).json()).toEqual({ ready: true });
    for (const path of PATHS) {
      const refused = await http(url + path);
      expect([path, refused.status]).toEqual([path, 401]);
      expect(refused.headers['www-authenticate']).toBe('Bearer');
    }
    const echo = { method: 'POST', body: '{}' };
    expect((await http(`${url}/methods/echo`, echo)).status).toBe(401);
    expect((await http(`${url}/methods/echo?token=correct`, echo)).status).toBe(401);
    expect((await http(`${url}/methods/echo`, { ...echo, headers: bearer('correct') })).status).toBe(401);
    expect((await http(`${url}/twins/d/modules/avaedge/methods`, echo)).status).toBe(401);
    expect(calls).toEqual([]);
  });

  it('lets the token in, as a header or in the URL of a socket', async () => {
    const { server } = await serve({ token: 's3cret' });
    const { url } = server;
    const post = { method: 'POST', body: '{"a":1}', headers: bearer('s3cret') };
    expect((await http(`${url}/methods/echo`, post)).json()).toEqual({ a: 1 });
    const ready = await http(`${url}/readyz`, { headers: bearer('s3cret') });
    expect([ready.status, ready.json()]).toEqual([200, { ready: true, checks: { eventLog: 'ok' } }]);
    expect(await refusedWith(url)).toBe(401);
    expect(await refusedWith(url, '?token=wrong')).toBe(401);
    expect(await refusedWith(url, '?token=s3cret')).toBe(101);
    expect(await refusedWith(url, '', bearer('s3cret'))).toBe(101);
    // A page must not be able to spend a token that the browser keeps for it.
    expect((await http(`${url}/metrics?token=s3cret`)).status).toBe(401);
  });

  it('asks no token of /twins callers that bring a SAS token, and nothing but that of others', async () => {
    const { server } = await serve({ iotHubKey: 'AAECAw==', token: 's3cret' });
    const call = { method: 'POST', body: '{"methodName":"echo","payload":7}' };
    const path = `${server.url}/twins/d/modules/avaedge/methods`;
    expect((await http(path, call)).status).toBe(401);
    expect(
      (await http(path, { ...call, headers: { authorization: 'SharedAccessSignature sr=a&sig=b&se=1' } })).status,
    ).toBe(401);
    expect((await http(path, { ...call, headers: bearer('s3cret') })).json()).toEqual({ status: 200, payload: 7 });
    expect((await http(`${server.url}/methods/echo`, call)).status).toBe(401);
  });

  it('asks for the SAS token however the path is written', async () => {
    const { server, calls } = await serve({ iotHubKey: 'AAECAw==' });
    const call = { method: 'POST', body: '{"methodName":"echo"}' };
    for (const path of [
      '/%74wins/d/modules/avaedge/methods',
      '/twins/d/%6dodules/avaedge/methods',
      '/twins/d/methods',
    ]) {
      expect([path, (await http(server.url + path, call)).status]).toEqual([path, 401]);
    }
    expect(calls).toEqual([]);
    expect((await http(`${server.url}/methods/echo`, call)).status).toBe(200);
  });

  it('does not answer to names that were bent to point here', async () => {
    const { server, calls } = await serve({ allowed: { hosts: ['wall.lan'], origins: [] } });
    const { url } = server;
    for (const host of ['evil.example', 'localhost.evil.example:8080', '10.0.0.1']) {
      for (const path of ['/healthz', '/metrics', '/nowhere']) {
        expect((await http(url + path, { headers: { host } })).status).toBe(403);
      }
      expect((await http(`${url}/methods/echo`, { method: 'POST', body: '{}', headers: { host } })).status).toBe(403);
      expect(await refusedWith(url, '', { host })).toBe(403);
    }
    for (const host of ['localhost:99', '127.0.0.1', '[::1]:8080', 'wall.lan', 'WALL.lan:80']) {
      expect([host, (await http(`${url}/healthz`, { headers: { host } })).status]).toEqual([host, 200]);
    }
    expect(calls).toEqual([]);
  });

  it('keeps pages of other origins from posting and listening', async () => {
    const { server, calls } = await serve({ allowed: { hosts: [], origins: ['https://wall.example'] } });
    const { url } = server;
    const post = (origin: string) => http(`${url}/methods/echo`, { method: 'POST', body: '{}', headers: { origin } });
    for (const origin of [
      'https://evil.example',
      'null',
      'http://127.0.0.1:1',
      'file://',
      'https://wall.example.evil',
    ]) {
      expect((await post(origin)).status).toBe(403);
      expect(await refusedWith(url, '', { origin })).toBe(403);
    }
    expect(calls).toEqual([]);
    for (const origin of ['https://wall.example', url]) {
      expect((await post(origin)).status).toBe(200);
      expect(await refusedWith(url, '', { origin })).toBe(101);
    }
    server.allow({ hosts: [], origins: ['https://other.example'] });
    expect((await post('https://wall.example')).status).toBe(403);
    expect((await post('https://other.example')).status).toBe(200);
    const read = await http(`${url}/readyz`, { headers: { origin: 'https://evil.example' } });
    expect([read.status, read.headers['access-control-allow-origin']]).toEqual([200, undefined]);
  });
});

describe('a socket file', () => {
  const listen = () => ({ kind: 'unix', path: join(tempDir(), 'sluice.sock') }) as const;
  const get = (socketPath: string, path: string, headers: Record<string, string> = {}) =>
    new Promise<number | undefined>((done, failed) => {
      request({ socketPath, path, headers }, (answer) => {
        answer.resume();
        done(answer.statusCode);
      })
        .on('error', failed)
        .end();
    });

  it('serves whoever can open it, by whatever name, and is gone afterwards', async () => {
    const address = listen();
    const { server } = await serve({ listen: address });
    expect(server.url).toBe(`unix:${address.path}`);
    expect(await get(address.path, '/readyz', { host: 'engine' })).toBe(200);
    await server.close();
    expect(existsSync(address.path)).toBe(false);
  });

  it('takes the place of one that a killed engine has left, and of nothing else', async () => {
    const address = listen();
    const script = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
    await once(spawn(process.execPath, ['-e', script, address.path], { stdio: 'ignore' }), 'exit');
    expect(statSync(address.path).isSocket()).toBe(true);
    const { journal } = await serve({ listen: address });
    expect(await get(address.path, '/healthz')).toBe(200);
    await expect(createHttpServer({ ...inert(), journal, listen: address })).rejects.toMatchObject({
      code: 'AddressInUse',
    });
    expect(await get(address.path, '/healthz')).toBe(200);
    const file = listen();
    writeFileSync(file.path, 'mine');
    await expect(createHttpServer({ ...inert(), journal, listen: file })).rejects.toMatchObject({
      code: 'AddressInUse',
    });
    expect(readFileSync(file.path, 'utf8')).toBe('mine');
  });
});

const inert = () => ({
  clock: systemClock,
  methods: { invoke: async () => ({ status: 200, payload: null }) },
  inputs: { deliver: () => ({ delivered: 0, eventIds: [] }) },
  metrics: { text: async () => '' },
  ready: () => ({ ready: true, checks: {} }),
});
