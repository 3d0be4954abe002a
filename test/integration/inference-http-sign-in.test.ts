import { describe, expect, it } from 'vitest';
import type { ResolvedEndpoint } from '../../engine/core/endpoint.js';
import { FakeClock } from '../kit/fake-clock.js';
import { Asking } from '../kit/inference-servers/http/client.js';
import { Gatekeeper, type GatekeeperOptions } from '../kit/inference-servers/http/gatekeeper.js';
import { FOUND, type InferenceServer, startServer } from '../kit/inference-servers/http/server.js';

const NAMED = { username: 'üser', password: 'pä"ss\\word:1' };
const credentials = { type: 'usernamePassword', ...NAMED } as const;

const setUp = async (
  options: Omit<GatekeeperOptions, 'username' | 'password'>,
  endpoint: Partial<ResolvedEndpoint> = { credentials },
  inFlight = 1,
): Promise<{ server: InferenceServer; keeper: Gatekeeper; asking: Asking; clock: FakeClock }> => {
  const keeper = new Gatekeeper({ ...options, ...NAMED });
  const server = await startServer(keeper.answer);
  const clock = new FakeClock();
  const url = `${server.url}/score?stream=1&x=%22`;
  const asking = new Asking({ endpoint: { url, ...endpoint }, clock, limits: { inFlight } }).start();
  return { server, keeper, asking, clock };
};

describe('a server that wants a name and a password', () => {
  it.each<[string, Omit<GatekeeperOptions, 'username' | 'password'>]>([
    ['basic', { scheme: 'basic' }],
    ['digest', { scheme: 'digest' }],
    ['digest with SHA-256', { scheme: 'digest', algorithm: 'SHA-256' }],
    ['digest with MD5-sess', { scheme: 'digest', algorithm: 'MD5-sess' }],
    ['digest as it was first', { scheme: 'digest', qop: false }],
  ])('gets them when it asks for %s, and then with every picture', async (_, options) => {
    const { server, keeper, asking } = await setUp(options);
    for (let n = 0; n < 20; n++) expect(await asking.ask()).toEqual(FOUND);
    expect(keeper.refused).toEqual(['nothing']);
    expect(server.connections).toBe(1);
    expect(server.arrived[0]!.headers.authorization).toBeUndefined();
    expect(server.arrived[0]!.body).toEqual(server.arrived[1]!.body);
    expect(asking.troubles).toEqual([]);
  });

  it.each([[false], [true]])('may let its nonces grow old, saying so or not', async (silent) => {
    const { keeper, asking } = await setUp({ scheme: 'digest', nonceUses: 3, silent });
    for (let n = 0; n < 10; n++) expect(await asking.ask()).toEqual(FOUND);
    expect(keeper.refused).toEqual(['nothing', 'stale', 'stale', 'stale']);
  });

  it('is not told more than once that it would be wrong, and not for a while', async () => {
    const wrong = { ...credentials, password: 'secret-but-wrong' };
    const { server, keeper, asking, clock } = await setUp({ scheme: 'digest' }, { credentials: wrong });
    expect(await asking.ask()).toBe('refused');
    expect(keeper.refused).toEqual(['nothing', 'password']);
    expect(asking.troubles).toMatchObject([{ kind: 'authentication', code: '401', retryInMs: 5_000 }]);
    expect(asking.troubles[0]!.message).toContain('refuses the credentials of the endpoint');
    expect(asking.troubles[0]!.message).not.toContain('secret');
    expect(asking.client.ready).toBe(false);
    clock.advance(5_000);
    server.answer = new Gatekeeper({ scheme: 'basic', ...NAMED, password: wrong.password }).answer;
    expect(await asking.ask()).toEqual(FOUND);
    expect(asking.recoveries).toBe(1);
  });

  it('finds none when there are none, or only a header', async () => {
    const { asking, server } = await setUp({ scheme: 'basic' }, {});
    expect(await asking.ask()).toBe('refused');
    expect(asking.troubles).toMatchObject([{ kind: 'authentication', code: '401' }]);
    expect(server.arrived).toHaveLength(1);
  });

  it('has to offer a way in that is known', async () => {
    const { asking, server } = await setUp({ scheme: 'basic' });
    server.answer = (response) => response.writeHead(401, { 'WWW-Authenticate': 'Negotiate' }).end();
    expect(await asking.ask()).toBe('refused');
    expect(asking.troubles[0]!.message).toContain('asks for credentials, but for none that are known');
    expect(server.arrived).toHaveLength(1);
  });

  it('gets those of the URL, which stand in no message', async () => {
    const keeper = new Gatekeeper({ scheme: 'basic', username: 'user', password: 'p@ss' });
    const server = await startServer(keeper.answer);
    const url = server.url.replace('//', '//user:p@ss@');
    const asking = new Asking({ endpoint: { url } }).start();
    expect(await asking.ask()).toEqual(FOUND);
    expect(server.arrived[1]!.headers.host).toBe(`127.0.0.1:${server.port}`);
    await server.close();
    expect(await asking.ask()).toBe('connection');
    expect(asking.troubles[0]!.message).not.toMatch(/p@ss|user:/);
  });

  it('gets them for several pictures at a time', async () => {
    const { keeper, asking } = await setUp({ scheme: 'basic' }, { credentials }, 3);
    for (let n = 0; n < 3; n++) asking.send();
    await expect.poll(() => asking.fates).toEqual([FOUND, FOUND, FOUND]);
    expect(keeper.refused).toEqual(['nothing', 'nothing', 'nothing']);
  });
});

describe('a server that wants a header', () => {
  const header = (headerName: string, headerValue: string): Partial<ResolvedEndpoint> => ({
    credentials: { type: 'httpHeader', headerName, headerValue },
  });

  it.each([
    ['Authorization', 'Bearer abc', 'Bearer abc'],
    ['x-api-key', ' kéy \n', Buffer.from('kéy').toString('latin1')],
    ['User-Agent', 'Sluice', 'Sluice'],
  ])('gets %s with every picture', async (name, value, arrives) => {
    const server = await startServer();
    const asking = new Asking({ endpoint: { url: server.url, ...header(name, value) } }).start();
    expect(await asking.ask()).toEqual(FOUND);
    expect(await asking.ask()).toEqual(FOUND);
    expect(server.arrived.map(({ headers }) => headers[name.toLowerCase()])).toEqual([arrives, arrives]);
  });

  it('may find it wrong', async () => {
    const { asking } = await setUp({ scheme: 'basic' }, header('Authorization', 'Bearer secret'));
    expect(await asking.ask()).toBe('refused');
    expect(asking.troubles).toMatchObject([{ kind: 'authentication', code: '401' }]);
    expect(asking.troubles[0]!.message).not.toContain('secret');
  });

  it.each([
    ['x key', 'v'],
    ['Content-Length', '5'],
    ['x-key', 'secret\r\nX-Other: 1'],
  ])('does not get %s', (name, value) => {
    const asking = new Asking({ endpoint: { url: 'http://127.0.0.1:1/', ...header(name, value) } }).start();
    expect(asking.client.ready).toBe(false);
    expect(asking.troubles).toMatchObject([{ kind: 'authentication', code: 'HeaderInvalid' }]);
    expect(asking.troubles[0]!.message).not.toContain('secret');
  });
});
