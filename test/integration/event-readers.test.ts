import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EventClient } from '../kit/event-client.js';
import { draft, publishMany, upTo } from '../kit/event-journal.js';
import { serve } from '../kit/http-server.js';
import { StreamClient } from '../kit/stream-client.js';
import { until } from '../kit/until.js';

const READER = fileURLToPath(new URL('../kit/slow-reader.py', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('skipped: python3 is missing, without which no connection has a small receive buffer');

const big = { data: { filling: 'x'.repeat(20_000) } };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Reads so many bytes at a time for some seconds, and says how that went. */
const readSlowly = (url: string, accept: string, bytes: number, pauseMs: number, seconds: number): Promise<string> => {
  const args = [READER, new URL(url).port, '/events?since=0', accept, 4096, bytes, pauseMs, seconds].map(String);
  const child = spawn('python3', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  return new Promise((resolve) => child.on('close', () => resolve(text)));
};

describe.skipIf(!hasPython)('a reader with a small receive buffer', () => {
  it('is never cut while it reads, however little', async () => {
    const readers = [
      ['websocket', 1500],
      ['websocket', 100],
      ['text/event-stream', 1500],
    ] as const;
    const outcomes = readers.map(async ([accept, bytes]) => {
      // It would take minutes for what waits in this process, which is written at once: no part of it shows by itself.
      const { server, journal } = await serve({ sockets: { slowTimeoutMs: 8000 } });
      publishMany(journal, 500, big);
      await journal.flush();
      const told = await readSlowly(server.url, accept, bytes, 100, 28);
      return [told.split(' ')[1], server.sockets().closedSlow, server.streams().closedSlow];
    });
    expect(await Promise.all(outcomes)).toEqual(readers.map(() => ['open', 0, 0]));
  });
});

describe('a reader that reads nothing', () => {
  it('finds 4008 behind what was sent, whenever it reads on, and is counted once', async () => {
    const { server, journal } = await serve({ sockets: { maxBufferedBytes: 100_000, slowTimeoutMs: 1000 } });
    const slow = await EventClient.open(server.url);
    slow.socket.pause();
    publishMany(journal, 1000, big);
    await until('the verdict', () => server.sockets().closedSlow === 1);
    // Longer than those get that are told to leave when the engine stops.
    await pause(5000);
    expect(server.sockets()).toMatchObject({ closedSlow: 1, subscribers: 1, maxLag: 0 });
    slow.socket.resume();
    expect(await slow.closed).toEqual({ code: 4008, reason: 'too slow: reconnect with since' });
    expect(slow.seqs).toEqual(upTo(slow.seqs.length));
    expect(slow.seqs.length).toBeGreaterThan(0);
    await until('nobody', () => server.sockets().subscribers === 0);
    expect(server.sockets().closedSlow).toBe(1);
  });

  it('is closed though pings and single events still fit into its connection', async () => {
    const { server, journal } = await serve({ sockets: { slowTimeoutMs: 1500, pingMs: 300 } });
    const idle = await EventClient.open(server.url);
    idle.socket.pause();
    journal.publish(draft(0));
    await until('the verdict', () => server.sockets().closedSlow === 1);
    idle.socket.resume();
    expect((await idle.closed).code).toBe(4008);
  });

  it('is cut off in the end if it does not read on', async () => {
    const limits = { maxBufferedBytes: 100_000, slowTimeoutMs: 500, farewellMs: 2000 };
    const { server, journal } = await serve({ sockets: limits });
    const socket = await EventClient.open(server.url);
    socket.socket.pause();
    const stream = await StreamClient.open(server.url);
    stream.response.pause();
    publishMany(journal, 1500, big);
    await until('both verdicts', () => server.sockets().closedSlow + server.streams().closedSlow === 2);
    await until('nobody', () => server.sockets().subscribers + server.streams().subscribers === 0);
  });

  it('of a stream finds its end with a word, and goes on where it was', async () => {
    const { server, journal } = await serve({ sockets: { maxBufferedBytes: 100_000, slowTimeoutMs: 1000 } });
    const slow = await StreamClient.open(server.url, '?since=0');
    slow.response.pause();
    publishMany(journal, 1000, big);
    await until('the verdict', () => server.streams().closedSlow === 1);
    slow.response.resume();
    await until('the end', () => slow.ended !== 'no');
    expect(slow.ended).toBe('whole');
    expect(slow.events.at(-1)).toMatchObject({ event: 'closing', data: expect.stringContaining('4008') });
    const last = slow.seqs.at(-1) ?? 0;
    expect(slow.seqs).toEqual(upTo(last));
    const again = await StreamClient.open(server.url, '', { 'last-event-id': slow.lastId ?? '' });
    await until('the rest', () => again.seqs.at(-1) === 1000);
    expect(again.seqs).toEqual(upTo(1000, last + 1));
  });
});
