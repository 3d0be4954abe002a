import { describe, expect, it } from 'vitest';
import { FakeClock } from '../kit/fake-clock.js';
import { Asking } from '../kit/inference-servers/http/client.js';
import { FOUND, type InferenceServer, sendJson, startServer } from '../kit/inference-servers/http/server.js';

/** The server answers this from now on. */
const refuse = (server: InferenceServer, status: number, headers: Record<string, string> = {}, text = ''): void => {
  server.answer = (response) => response.writeHead(status, headers).end(text);
};

const setUp = async (query = ''): Promise<{ server: InferenceServer; asking: Asking; clock: FakeClock }> => {
  const server = await startServer();
  const clock = new FakeClock();
  const asking = new Asking({ endpoint: { url: `${server.url}/score${query}` }, clock }).start();
  return { server, asking, clock };
};

/** For how many milliseconds the client leaves the server alone. */
const pauseOf = (asking: Asking, clock: FakeClock): number => {
  let ms = 0;
  while (!asking.client.ready && ms < 1e6) {
    clock.advance(1);
    ms += 1;
  }
  return ms;
};

describe('a server that refuses', () => {
  it.each([
    [400, 'protocol', 'refused', 0],
    [413, 'protocol', 'refused', 0],
    [415, 'protocol', 'refused', 0],
    [500, 'protocol', 'refused', 3],
    [401, 'authentication', 'refused', 5_000],
    [407, 'authentication', 'refused', 5_000],
    [403, 'authorization', 'refused', 5_000],
    [404, 'protocol', 'refused', 500],
    [405, 'protocol', 'refused', 500],
    [502, 'protocol', 'refused', 125],
  ] as const)('with %i is told of once, and asked again', async (status, kind, cause, pause) => {
    const { server, asking, clock } = await setUp();
    refuse(server, status, { 'Content-Type': 'text/plain' }, 'Unsupported\nimage\u0007 <type>');
    expect(await asking.ask()).toBe(cause);
    expect(asking.troubles).toMatchObject([{ kind, code: String(status) }]);
    const [trouble] = asking.troubles;
    expect(trouble!.message).toContain(`${server.url}/score`);
    expect(trouble!.message).toContain(`${status} `);
    expect(trouble!.message).toContain('("Unsupported image <type>")');
    expect(trouble!.retryInMs ?? 0).toBe(pause);
    expect(pauseOf(asking, clock)).toBe(pause);
    expect(await asking.ask()).toBe(cause);
    expect(asking.troubles).toHaveLength(1);
    server.answer = (response) => sendJson(response, FOUND);
    pauseOf(asking, clock);
    expect(await asking.ask()).toEqual(FOUND);
    expect(asking.recoveries).toBe(1);
    expect(server.connections).toBe(1);
  });

  it('with 500 again and again is asked less and less often', async () => {
    const { server, asking, clock } = await setUp();
    refuse(server, 500);
    const pauses: number[] = [];
    for (let n = 0; n < 9; n++) {
      expect(await asking.ask()).toBe('refused');
      pauses.push(pauseOf(asking, clock));
    }
    expect(pauses.slice(0, 4)).toEqual([3, 8, 23, 68]);
    expect(pauses.at(-1)).toBe(2_500);
  });

  it.each([
    ['2', 2_000],
    ['0', 0],
    ['3600', 60_000],
    ['', 1_000],
    ['soon', 1_000],
  ])('because it is busy is left alone for as long as it asks for: %j', async (retryAfter, pause) => {
    const { server, asking, clock } = await setUp();
    refuse(server, 503, retryAfter === '' ? {} : { 'Retry-After': retryAfter });
    expect(await asking.ask()).toBe('backoff');
    expect(asking.client.ready).toBe(pause === 0);
    expect(pauseOf(asking, clock)).toBe(pause);
  });

  it('because it is busy is in trouble only when that lasts', async () => {
    const { server, asking, clock } = await setUp();
    for (let n = 0; n < 5; n++) {
      refuse(server, 503, { 'Retry-After': '1' });
      for (let m = 0; m < 2; m++) {
        await asking.ask();
        pauseOf(asking, clock);
      }
      server.answer = (response) => sendJson(response, FOUND);
      expect(await asking.ask()).toEqual(FOUND);
    }
    expect(asking.troubles).toEqual([]);
    refuse(server, 503, { 'Retry-After': '1' });
    for (let m = 0; m < 4; m++) {
      await asking.ask();
      pauseOf(asking, clock);
    }
    expect(asking.troubles).toMatchObject([{ kind: 'protocol', code: '503', retryInMs: 1_000 }]);
  });

  it('with every other picture is in trouble until it has answered for a while', async () => {
    const { server, asking, clock } = await setUp();
    let n = 0;
    server.answer = (response) => (n++ % 2 === 0 ? response.writeHead(400).end() : sendJson(response, FOUND));
    for (let m = 0; m < 100; m++) {
      await asking.ask();
      clock.advance(200);
    }
    expect(asking.troubles).toHaveLength(2);
    expect(asking.recoveries).toBe(1);
    server.answer = (response) => sendJson(response, FOUND);
    for (let m = 0; m < 10; m++) {
      await asking.ask();
      clock.advance(200);
    }
    expect(asking.recoveries).toBe(2);
  });

  it('by a redirect is not followed', async () => {
    const { server, asking } = await setUp();
    const other = await startServer();
    refuse(server, 307, { Location: `http://user:secret@127.0.0.1:${other.port}/there?key=secret` });
    expect(await asking.ask()).toBe('refused');
    expect(asking.troubles).toMatchObject([{ kind: 'protocol', code: '307' }]);
    expect(asking.troubles[0]!.message).toContain(`redirects to http://127.0.0.1:${other.port}/there, which`);
    expect(asking.troubles[0]!.message).not.toContain('secret');
    expect(other.arrived).toEqual([]);
  });

  it('with a page without end is not listened to', async () => {
    const { server, asking } = await setUp();
    server.answer = (response) => {
      response.writeHead(400, { 'Content-Type': 'text/html' });
      response.write(`<html><h1>Bad</h1>${'<p>words</p>'.repeat(10_000)}`);
    };
    expect(await asking.ask()).toBe('refused');
    expect(asking.troubles[0]!.message).toMatch(/400 Bad Request \("Bad words words .*…"\)\.$/);
    expect(asking.troubles[0]!.message.length).toBeLessThan(350);
  });

  it('does not get its secrets into a message by repeating them', async () => {
    const { server, asking } = await setUp('?code=topsecret&camera=1');
    server.answer = (response, { url }) => response.writeHead(400).end(`cannot POST ${url} with topsecret`);
    expect(await asking.ask()).toBe('refused');
    expect(asking.troubles[0]!.message).toContain('cannot POST /score?… with …');
  });
});

describe('a client', () => {
  it('tells every trouble of a server, and the end of all', async () => {
    const { server, asking, clock } = await setUp();
    for (const status of [404, 400, 404, 400, 500]) {
      refuse(server, status);
      await asking.ask();
      pauseOf(asking, clock);
    }
    expect(asking.troubles.map(({ code }) => code)).toEqual(['404', '400', '500']);
    server.answer = (response) => sendJson(response, FOUND);
    await asking.ask();
    await asking.ask();
    expect(asking.recoveries).toBe(1);
  });

  it('waits for a server that is away, and comes back to it', async () => {
    const server = await startServer();
    const clock = new FakeClock();
    const asking = new Asking({ endpoint: { url: server.url }, clock }).start();
    expect(await asking.ask()).toEqual(FOUND);
    await server.close();
    const pauses: number[] = [];
    for (let n = 0; n < 7; n++) {
      expect(await asking.ask()).toBe('connection');
      pauses.push(pauseOf(asking, clock));
    }
    expect(pauses).toEqual([125, 250, 500, 1_000, 2_000, 2_500, 2_500]);
    expect(asking.troubles).toMatchObject([{ kind: 'network', code: 'ECONNREFUSED', retryInMs: 125 }]);
    await startServer(undefined, { port: server.port });
    expect(await asking.ask()).toEqual(FOUND);
    expect(asking.recoveries).toBe(1);
  });

  it('sends several pictures at a time where it may', async () => {
    const server = await startServer();
    const held: Array<() => void> = [];
    server.answer = (response) => held.push(() => sendJson(response, FOUND));
    const asking = new Asking({ endpoint: { url: server.url }, limits: { inFlight: 3 } }).start();
    for (let n = 0; n < 3; n++) asking.send();
    expect([asking.client.ready, asking.client.pending]).toEqual([false, 3]);
    await expect.poll(() => held.length).toBe(3);
    held[1]!();
    await expect.poll(() => asking.fates.length).toBe(1);
    expect([asking.client.ready, asking.client.pending]).toEqual([true, 2]);
    expect(asking.told.at(-1)).toBe('ready');
    held[0]!();
    held[2]!();
    await expect.poll(() => asking.fates.length).toBe(3);
    expect(asking.told.filter((each) => each === 'ready')).toHaveLength(1);
  });

  it('loses a picture that is sent although it is not ready', async () => {
    const { server, asking } = await setUp();
    server.answer = () => undefined;
    asking.send();
    const second = asking.send();
    expect(asking.fateOf(second)).toBe('backoff');
    expect(asking.client.pending).toBe(1);
  });

  it('stops with all that is under way, and leaves nothing behind', async () => {
    const { server, asking, clock } = await setUp();
    server.answer = () => undefined;
    const sample = asking.send();
    await expect.poll(() => server.arrived.length).toBe(1);
    const stopped = asking.client.stop();
    expect(asking.fateOf(sample)).toBe('stopped');
    await Promise.all([stopped, asking.client.stop()]);
    expect(clock.pendingTimers).toBe(0);
    expect([asking.client.ready, asking.client.pending]).toEqual([false, 0]);
    await expect.poll(() => server.open).toBe(0);
    const late = asking.send();
    expect(asking.fateOf(late)).toBe('stopped');
    expect(asking.told).toHaveLength(2);
  });

  it('stops while it waits, while it connects, and before it has started', async () => {
    const { server, asking, clock } = await setUp();
    refuse(server, 404);
    await asking.ask();
    expect(clock.pendingTimers).toBe(1);
    await asking.client.stop();
    expect(clock.pendingTimers).toBe(0);
    const connecting = new Asking({ endpoint: { url: server.url }, clock }).start();
    const sample = connecting.send();
    await connecting.client.stop();
    expect(connecting.fateOf(sample)).toBe('stopped');
    expect(clock.pendingTimers).toBe(0);
    const unused = new Asking({ endpoint: { url: server.url }, clock });
    await unused.client.stop();
    expect(unused.start().client.ready).toBe(false);
  });

  it('can be stopped by whoever hears the answer', async () => {
    const { asking, clock } = await setUp();
    asking.handlers.onAnswer = () => asking.client.stop();
    asking.send();
    await expect.poll(() => asking.client.pending).toBe(0);
    await asking.client.stop();
    expect(asking.told).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('can be stopped by whoever hears of a loss, and takes nothing from then on', async () => {
    const { server, asking, clock } = await setUp();
    refuse(server, 404);
    const lost: string[] = [];
    asking.handlers.onLost = (_, cause) => {
      lost.push(cause);
      if (lost.length === 1) void asking.client.stop();
      if (lost.length < 4) asking.send();
    };
    asking.send();
    await expect.poll(() => lost).toEqual(['refused', 'stopped', 'stopped', 'stopped']);
    await asking.client.stop();
    expect(asking.troubles).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
    await expect.poll(() => server.open).toBe(0);
  });

  it('takes nothing from whoever hears that it stops', async () => {
    const { server, asking, clock } = await setUp();
    server.answer = () => undefined;
    const lost: string[] = [];
    asking.handlers.onLost = (_, cause) => {
      lost.push(cause);
      if (lost.length < 3) asking.send();
    };
    asking.send();
    await expect.poll(() => server.arrived.length).toBe(1);
    await asking.client.stop();
    expect(lost).toEqual(['stopped', 'stopped', 'stopped']);
    expect(clock.pendingTimers).toBe(0);
    await expect.poll(() => server.open).toBe(0);
  });

  it('goes on when those who listen fail', async () => {
    const { server, asking } = await setUp();
    asking.handlers.onAnswer = () => {
      throw new Error('no room');
    };
    asking.send();
    await expect.poll(() => asking.told).toEqual(['ready']);
    expect(asking.client.pending).toBe(0);
    asking.send();
    await expect.poll(() => asking.told).toEqual(['ready', 'ready']);
    expect(server.connections).toBe(1);
  });

  it.each([
    ['rtsp://host/path', 'protocol', 'EndpointUrlInvalid'],
    ['http://', 'protocol', 'EndpointUrlInvalid'],
    ['http://1.2.3.4.5/x', 'protocol', 'EndpointUrlInvalid'],
    ['score', 'protocol', 'EndpointUrlInvalid'],
  ])('says at once that it cannot use %s', (url, kind, code) => {
    const asking = new Asking({ endpoint: { url } }).start();
    expect(asking.client.ready).toBe(false);
    expect(asking.troubles).toMatchObject([{ kind, code }]);
  });
});
