import { CloudEvent } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { cloudEventOf } from '../../engine/events/cloud-event.js';
import { EventClient } from '../kit/event-client.js';
import { draft, publishMany, upTo } from '../kit/event-journal.js';
import { serve } from '../kit/http-server.js';

describe('event socket', () => {
  it('sends what comes, as it is in the log', async () => {
    const { server, journal } = await serve();
    publishMany(journal, 3);
    await journal.flush();
    const client = await EventClient.open(server.url);
    publishMany(journal, 2, { data: { text: 'häuser ☂ 🎥', long: 'x'.repeat(70_000) } });
    await client.count(2);
    expect(client.items).toEqual(journal.read(3, 10).map((event) => event.record));
  });

  it('begins after since, and from the beginning at 0', async () => {
    const { server, journal } = await serve();
    publishMany(journal, 1000);
    await journal.flush();
    const all = await EventClient.open(server.url, '?since=0');
    const some = await EventClient.open(server.url, '?since=990');
    await all.count(1000);
    await some.count(10);
    journal.publish(draft(0));
    await all.count(1001);
    await some.count(11);
    expect(all.seqs).toEqual(upTo(1001));
    expect(some.seqs).toEqual(upTo(1001, 991));
  });

  it('filters by pipeline and type, live and from the log', async () => {
    const { server, journal } = await serve();
    const publish = () => {
      journal.publish(draft(0));
      journal.publish(draft(1, { eventType: 'Microsoft.VideoAnalyzer.Operational.RecordingStarted', pipeline: 'p2' }));
      journal.publish(draft(2, { eventType: 'Microsoft.VideoAnalyzer.Operational.RecordingStarted' }));
      const { pipeline: _, ...ofTheEngine } = draft(3, { eventType: 'Sluice.Operational.EngineStarted' });
      journal.publish(ofTheEngine);
    };
    publish();
    await journal.flush();
    const queries = {
      '?since=0&pipeline=p2': [2, 6],
      '?since=0&type=RecordingStarted': [2, 3, 6, 7],
      '?since=0&type=Operational.RecordingStarted&pipeline=p1': [3, 7],
      '?since=0&type=Sluice.Operational.EngineStarted': [4, 8],
      '?since=0&type=SignalIgnored': [],
      '?since=0&type=Operational.*': [2, 3, 4, 6, 7, 8],
      '?since=0&type=EngineStarted,RecordingStarted&pipeline=p1,p2': [2, 3, 6, 7],
      '?pipeline=p2': [6],
    };
    const clients = await Promise.all(Object.keys(queries).map((query) => EventClient.open(server.url, query)));
    const all = await EventClient.open(server.url, '?since=0');
    await all.count(4);
    publish();
    await all.count(8);
    await Promise.all(clients.map((client, i) => client.count(Object.values(queries)[i]!.length)));
    expect(clients.map((client) => client.seqs)).toEqual(Object.values(queries));
  });

  it('sends a gap record instead of what retention removed', async () => {
    const { server, journal } = await serve({}, { segmentEvents: 10, batchEvents: 10, retention: { maxEvents: 50 } });
    publishMany(journal, 200);
    await journal.flush();
    const client = await EventClient.open(server.url, '?since=3');
    await client.count(51);
    expect(client.items[0]).toEqual({ gap: { from: 4, to: 150, reason: 'retention' } });
    expect(client.seqs).toEqual(upTo(200, 151));
  });

  it('sends a gap record to a reader from another log, and goes on from here', async () => {
    const { server, journal } = await serve();
    publishMany(journal, 2);
    await journal.flush();
    const client = await EventClient.open(server.url, '?since=50');
    await client.count(1);
    journal.publish(draft(0));
    await client.count(2);
    expect(client.items[0]).toEqual({ gap: { from: 3, to: 50, reason: 'notInLog' } });
    expect(client.seqs).toEqual([3]);
  });

  it('loses and repeats nothing for readers that come and go under load', async () => {
    const { server, journal } = await serve();
    const total = 6000;
    let published = 0;
    const timer = setInterval(() => {
      for (let i = 0; i < 50 && published < total; i++) journal.publish(draft(published++));
    }, 5);
    const follow = async (stay: number): Promise<number[]> => {
      const seqs: number[] = [];
      while (seqs.length < total) {
        const client = await EventClient.open(server.url, `?since=${seqs.at(-1) ?? 0}`);
        const wanted = Math.min(stay, total - seqs.length);
        await client.count(wanted);
        client.socket.terminate();
        seqs.push(...client.seqs);
      }
      return seqs;
    };
    const readers = await Promise.all([follow(137), follow(500), follow(1999), follow(total)]);
    clearInterval(timer);
    for (const seqs of readers) expect(seqs).toEqual(upTo(total));
  });

  it('answers methods and inputs over the socket', async () => {
    const { server, messages } = await serve();
    const client = await EventClient.open(server.url);
    const ask = (request: unknown) =>
      client.socket.send(typeof request === 'string' ? request : JSON.stringify(request));
    ask({ id: 'a', method: 'echo', payload: { '@apiVersion': '1.1' } });
    ask({ id: 2, input: 'door', message: { open: true }, pipeline: 'p1' });
    ask({ id: 3, method: 'fails' });
    ask({ id: 4 });
    ask('{"id":5,');
    client.socket.send(Buffer.from([1, 2, 3]), { binary: true });
    await client.count(6);
    const replies = client.items as unknown as Array<{ id: unknown; status: number; payload: unknown }>;
    const of = (id: unknown) => replies.find((reply) => reply.id === id);
    expect(of('a')).toEqual({ id: 'a', status: 200, payload: { '@apiVersion': '1.1' } });
    expect(of(2)).toEqual({ id: 2, status: 200, payload: { delivered: 1, eventIds: ['event-1'] } });
    expect(messages).toEqual([{ input: 'door', message: { open: true }, pipeline: 'p1' }]);
    expect(of(3)?.status).toBe(500);
    expect(JSON.stringify(of(3))).not.toContain('secret');
    expect(replies.filter((reply) => reply.id === null).map((reply) => reply.status)).toEqual([400, 400, 400]);
  });

  it('sends CloudEvents where the sub-protocol asks for them, gaps as well', async () => {
    const { server, journal } = await serve({}, { segmentEvents: 10, batchEvents: 10, retention: { maxEvents: 50 } });
    publishMany(journal, 100);
    await journal.flush();
    const client = await EventClient.open(server.url, '?since=3', {}, ['other', 'cloudevents.json']);
    const filtered = await EventClient.open(server.url, '?since=3&pipeline=p2', {}, ['cloudevents.json']);
    const plain = await EventClient.open(server.url, '?since=3');
    expect([client.socket.protocol, plain.socket.protocol]).toEqual(['cloudevents.json', '']);
    await client.count(51);
    publishMany(journal, 2, { pipeline: 'p2', data: { text: 'häuser ☂' } });
    await client.count(53);
    await filtered.count(3);
    const [gap, ...events] = client.items as unknown as Array<CloudEvent<unknown> & { sequence: string }>;
    expect(gap).toMatchObject({ type: 'Sluice.Log.Gap', source: '/sluice/test', data: { from: 4, to: 50 } });
    expect(gap?.sequence).toBe('0000000000000050');
    expect(events).toEqual(journal.read(50, 100).map(({ record }) => cloudEventOf(record)));
    for (const event of [gap!, ...events]) expect(new CloudEvent({ ...event }).validate()).toBe(true);
    expect(filtered.items.slice(1)).toEqual(events.slice(-2));
    client.socket.send(JSON.stringify({ id: 1, method: 'echo', payload: 7 }));
    await client.count(54);
    expect(client.items.at(-1)).toEqual({ id: 1, status: 200, payload: 7 });
    await plain.count(53);
    expect(plain.items[0]).toEqual({ gap: { from: 4, to: 50, reason: 'retention' } });
  });

  it('agrees to no sub-protocol that it does not speak', async () => {
    const { server } = await serve();
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/events`, ['mqtt']);
    await expect(
      new Promise((resolve, reject) => {
        socket.once('open', resolve);
        socket.once('error', reject);
      }),
    ).rejects.toThrow('no subprotocol');
  });

  it('says goodbye when the engine stops', async () => {
    const { server } = await serve();
    const client = await EventClient.open(server.url);
    await server.close();
    expect((await client.closed).code).toBe(1001);
  });
});
