import { describe, expect, it } from 'vitest';
import { EventClient } from '../kit/event-client.js';
import { draft, publishMany, upTo } from '../kit/event-journal.js';
import { serve } from '../kit/http-server.js';
import { http } from '../kit/raw-http.js';
import { StreamClient } from '../kit/stream-client.js';
import { until } from '../kit/until.js';

const TOKEN = { token: 'a-long-token-of-this-test' };

describe('the stream of server-sent events', () => {
  it('sends what is in the log and what comes, with its number as the id', async () => {
    const { server, journal } = await serve();
    publishMany(journal, 700);
    await journal.flush();
    const all = await StreamClient.open(server.url, '?since=0');
    const fresh = await StreamClient.open(server.url);
    expect(all.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    await until('the position', () => fresh.lastId === '700');
    publishMany(journal, 3, { data: { text: 'häuser ☂\n\ndata: 🎥' } });
    await all.count(703);
    await fresh.count(3);
    expect(all.events.map(({ data }) => JSON.parse(data ?? ''))).toEqual(
      journal.read(0, 1000).map((one) => one.record),
    );
    expect(all.events.map(({ id }) => Number(id))).toEqual(upTo(703));
    expect(fresh.seqs).toEqual([701, 702, 703]);
    expect(fresh.retry).toBe('2000');
    expect(server.streams()).toMatchObject({ subscribers: 2, eventsSent: 706, maxLag: 0 });
    expect(server.sockets()).toMatchObject({ subscribers: 0, eventsSent: 0 });
  });

  it('goes on after the id that the client had last, whatever the address says', async () => {
    const { server, journal } = await serve();
    publishMany(journal, 10);
    await journal.flush();
    const client = await StreamClient.open(server.url, '?since=2', { 'last-event-id': '7' });
    await client.count(3);
    expect(client.seqs).toEqual([8, 9, 10]);
    await expect(StreamClient.open(server.url, '', { 'last-event-id': 'x' })).rejects.toThrow('400');
  });

  it('tells of gaps, with the number to go on from', async () => {
    const { server, journal } = await serve({}, { segmentEvents: 10, batchEvents: 10, retention: { maxEvents: 20 } });
    publishMany(journal, 100);
    await journal.flush();
    const client = await StreamClient.open(server.url, '?since=5');
    const ahead = await StreamClient.open(server.url, '?since=500');
    await client.count(21);
    expect(client.events[0]).toEqual({
      event: 'gap',
      id: '80',
      data: JSON.stringify({ gap: { from: 6, to: 80, reason: 'retention' } }),
    });
    expect(client.seqs).toEqual(upTo(100, 81));
    await ahead.count(1);
    expect(ahead.events[0]).toMatchObject({ event: 'gap', id: '100' });
  });

  it('has the filters of the socket, and its heart beats with the position', async () => {
    const { server, journal } = await serve({ sockets: { pingMs: 50 } });
    const client = await StreamClient.open(server.url, '?type=Operational.*&pipeline=p1,p2');
    const started = 'Microsoft.VideoAnalyzer.Operational.RecordingStarted';
    for (const pipeline of ['p1', 'p2', 'p3']) journal.publish(draft(0, { pipeline, eventType: started }));
    publishMany(journal, 20);
    await client.count(2);
    expect(client.seqs).toEqual([1, 2]);
    await until('a beat beyond what was sent', () => client.lastId === '23');
    expect(client.beats).toBeGreaterThan(0);
    expect(client.events.length).toBe(2);
  });

  it('is refused for what is wrong with its query, and a page is not mistaken for it', async () => {
    const { server } = await serve();
    for (const query of ['?since=x', '?limit=5', '?type=Inferense', '?since=1&since=2']) {
      await expect(StreamClient.open(server.url, query), query).rejects.toThrow('400');
    }
    for (const accept of ['*/*', 'text/event-stream;q=0', 'application/json']) {
      const page = await http(`${server.url}/events`, { headers: { accept } });
      expect([accept, page.headers['content-type']]).toEqual([accept, 'application/json; charset=utf-8']);
    }
    const head = await http(`${server.url}/events`, { method: 'HEAD', headers: { accept: 'text/event-stream' } });
    expect(head.status).toBe(200);
  });

  it('takes the token in its address, as pages cannot set headers; the page of the log does not', async () => {
    const { server } = await serve(TOKEN);
    await expect(StreamClient.open(server.url)).rejects.toThrow('401');
    await expect(StreamClient.open(server.url, '?token=wrong')).rejects.toThrow('401');
    await StreamClient.open(server.url, `?token=${TOKEN.token}`);
    await StreamClient.open(server.url, '', { authorization: `Bearer ${TOKEN.token}` });
    expect((await http(`${server.url}/events?token=${TOKEN.token}`)).status).toBe(401);
  });

  it('is open to pages of allowed origins, and to no others', async () => {
    const { server } = await serve({ allowed: { hosts: [], origins: ['https://wall.example'] } });
    const wall = await StreamClient.open(server.url, '', { origin: 'https://wall.example' });
    expect(wall.response.headers['access-control-allow-origin']).toBe('https://wall.example');
    await expect(StreamClient.open(server.url, '', { origin: 'https://evil.example' })).rejects.toThrow('403');
  });

  it('counts among the connections that are allowed', async () => {
    const { server } = await serve({ sockets: { maxSockets: 1 } });
    await StreamClient.open(server.url);
    await expect(StreamClient.open(server.url)).rejects.toThrow('503');
    await expect(EventClient.open(server.url)).rejects.toThrow('503');
  });

  it('ends with a word when the engine stops, and is forgotten when its reader leaves', async () => {
    const { server } = await serve();
    const leaving = await StreamClient.open(server.url);
    const staying = await StreamClient.open(server.url);
    leaving.response.destroy();
    await until('one has gone', () => server.streams().subscribers === 1);
    await server.close();
    await until('the end', () => staying.ended !== 'no');
    expect(staying.events.at(-1)).toEqual({
      event: 'closing',
      data: JSON.stringify({ code: 1001, reason: 'the engine is stopping' }),
    });
    expect(staying.ended).toBe('whole');
  });
});
