import { describe, expect, it } from 'vitest';
import { EventClient } from '../kit/event-client.js';
import { draft, publishMany, upTo } from '../kit/event-journal.js';
import { serve } from '../kit/http-server.js';

const big = { data: { filling: 'x'.repeat(20_000) } };

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('a slow reader of the event socket', () => {
  it('is not sent more than its connection takes, and loses nothing', async () => {
    const limit = 100_000;
    const { server, journal } = await serve({ sockets: { maxBufferedBytes: limit } });
    const slow = await EventClient.open(server.url);
    const quick = await EventClient.open(server.url);
    slow.socket.pause();
    const rounds = 40;
    for (let round = 1; round <= rounds; round++) {
      publishMany(journal, 20, big);
      await quick.count(round * 20);
    }
    // 16 MB were published; what the connection could not take is in the log, not in memory.
    const waiting = server.sockets();
    expect(waiting.maxLag).toBeGreaterThan(100);
    expect(quick.seqs).toEqual(upTo(rounds * 20));
    slow.socket.resume();
    await slow.count(rounds * 20);
    expect(slow.seqs).toEqual(upTo(rounds * 20));
    journal.publish(draft(0));
    await slow.count(rounds * 20 + 1);
    await until(() => server.sockets().maxLag === 0);
  });

  it('is told of what retention removed while it did not read', async () => {
    const { server, journal } = await serve(
      { sockets: { maxBufferedBytes: 100_000 } },
      { segmentEvents: 10, batchEvents: 10, retention: { maxEvents: 100 } },
    );
    const slow = await EventClient.open(server.url);
    slow.socket.pause();
    publishMany(journal, 2000, big);
    await journal.flush();
    slow.socket.resume();
    await slow.until(() => slow.seqs.at(-1) === 2000);
    const gap = slow.items.find((item) => 'gap' in item)?.gap;
    expect(gap?.reason).toBe('retention');
    const before = upTo((gap?.from ?? 0) - 1);
    expect(slow.seqs).toEqual([...before, ...upTo(2000, (gap?.to ?? 0) + 1)]);
    expect(before.length).toBeGreaterThan(0);
  });

  it('is closed with 4008 when it takes nothing for too long', async () => {
    const { server, journal } = await serve({ sockets: { maxBufferedBytes: 100_000, slowTimeoutMs: 200 } });
    const slow = await EventClient.open(server.url);
    slow.socket.pause();
    publishMany(journal, 1000, big);
    await journal.flush();
    await until(() => server.sockets().closedSlow === 1);
    slow.socket.resume();
    expect((await slow.closed).code).toBe(4008);
    // What it got before is whole: it can go on from there.
    const last = slow.seqs.at(-1) ?? 0;
    expect(slow.seqs).toEqual(upTo(last));
    const again = await EventClient.open(server.url, `?since=${last}`);
    await again.count(1000 - last);
    expect(again.seqs).toEqual(upTo(1000, last + 1));
  });

  it('is never cut as long as it reads, and gets everything', async () => {
    const limits = { maxBufferedBytes: 100_000, slowTimeoutMs: 2000, pingMs: 700 };
    const { server, journal } = await serve({ sockets: limits });
    const slow = await EventClient.open(server.url);
    let slowly = true;
    slow.socket.on('message', () => {
      if (!slowly || slow.socket.isPaused) return;
      slow.socket.pause();
      setTimeout(() => slow.socket.resume(), 20);
    });
    const total = 1000;
    publishMany(journal, total, big);
    await journal.flush();
    // 6 MB: the connection alone holds as much, so that a ping takes much longer than the two limits.
    await slow.count(300);
    expect([server.sockets().subscribers, server.sockets().closedSlow]).toEqual([1, 0]);
    slowly = false;
    await slow.count(total);
    expect(slow.seqs).toEqual(upTo(total));
  });

  it('is cut off when it does not answer pings', async () => {
    const { server } = await serve({ sockets: { pingMs: 50 } });
    const dead = await EventClient.open(server.url);
    const alive = await EventClient.open(server.url);
    let pings = 0;
    alive.socket.on('ping', () => pings++);
    dead.socket.pause();
    await until(() => server.sockets().subscribers === 1);
    await until(() => pings >= 3);
    expect(alive.socket.readyState).toBe(alive.socket.OPEN);
  });

  it('is not answered any more while it does not read the answers', async () => {
    const { server, calls } = await serve({ bodyLimitBytes: 200_000 });
    const client = await EventClient.open(server.url);
    client.socket.pause();
    const request = JSON.stringify({ id: 1, method: 'echo', payload: 'x'.repeat(150_000) });
    for (let i = 0; i < 400; i++) client.socket.send(request);
    let before = -1;
    while (calls.length !== before || before === 0) {
      before = calls.length;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(calls.length).toBeLessThan(300);
    client.socket.resume();
    await client.count(400);
    expect(calls.length).toBe(400);
  });
});
