import { describe, expect, it } from 'vitest';
import { Asking, picture } from '../kit/inference-servers/http/client.js';
import { httpAnswer, type Script, startRawServer } from '../kit/inference-servers/http/raw-server.js';
import { FOUND } from '../kit/inference-servers/http/server.js';
import { until } from '../kit/until.js';

const JSON_TEXT = JSON.stringify(FOUND);
const GOOD = httpAnswer(JSON_TEXT, ['Content-Type: application/json']);

/** A server that answers the first picture with `script` and each that follows as it should. */
const once = (script: Script): ReturnType<typeof startRawServer> => {
  let first = true;
  return startRawServer((socket, ...numbers) => {
    if (first) script(socket, ...numbers);
    else socket.write(GOOD);
    first = false;
  });
};

const askingOf = (url: string, timeoutMs = 60_000, answerBytes = 10_000): Asking =>
  new Asking({ endpoint: { url }, limits: { timeoutMs, answerBytes } }).start();

describe('a server that breaks HTTP', () => {
  it.each<[what: string, script: Script, fate: string, trouble: object]>([
    ['closes without an answer', (socket) => socket.end(), 'connection', { kind: 'network', code: 'closed' }],
    ['resets', (socket) => socket.resetAndDestroy(), 'connection', { kind: 'network', code: 'ECONNRESET' }],
    [
      'closes in mid-body',
      (socket) => socket.end(GOOD.slice(0, -10)),
      'connection',
      { kind: 'network', code: 'closed' },
    ],
    [
      'closes in mid-body of an answer with Connection: close',
      (socket) => socket.end(httpAnswer(JSON_TEXT, ['Connection: close']).slice(0, -10)),
      'badAnswer',
      { kind: 'protocol', code: 'badAnswer' },
    ],
    [
      'closes in a chunk',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{"inf'),
      'connection',
      { kind: 'network', code: 'closed' },
    ],
    [
      'says 100 Continue, which nobody waited for,',
      (socket) => socket.write(`HTTP/1.1 100 Continue\r\n\r\n${GOOD}`),
      'badAnswer',
      { kind: 'protocol', code: 'badAnswer' },
    ],
    ['speaks no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), 'badAnswer', { kind: 'protocol' }],
    [
      'has two lengths',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} '),
      'badAnswer',
      { kind: 'protocol' },
    ],
    [
      'has headers without end',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'X-Header: 12345678\r\n'.repeat(2000)}`),
      'badAnswer',
      { kind: 'protocol', code: 'badAnswer' },
    ],
    [
      'changes to another protocol',
      (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
      'badAnswer',
      { kind: 'protocol', code: 'badAnswer' },
    ],
    [
      'compresses unasked',
      (socket) => socket.write(httpAnswer('\x1f\x8b\x08', ['Content-Encoding: gzip'])),
      'badAnswer',
      { kind: 'protocol', code: 'contentEncoding' },
    ],
    [
      'says JSON and sends none',
      (socket) => socket.write(httpAnswer('{"inferences": [NaN]}', ['Content-Type: application/json'])),
      'badAnswer',
      { kind: 'protocol', code: 'badAnswer' },
    ],
    [
      'announces an endless answer',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n{'),
      'answerTooLarge',
      { kind: 'protocol', code: 'answerTooLarge' },
    ],
    [
      'sends an endless answer',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        const more = (): void => {
          if (!socket.destroyed) socket.write(`1000\r\n${'x'.repeat(4096)}\r\n`, () => setImmediate(more));
        };
        more();
      },
      'answerTooLarge',
      { kind: 'protocol', code: 'answerTooLarge' },
    ],
  ])('loses a picture when it %s, and is asked again', async (_, script, fate, trouble) => {
    const server = await once(script);
    const asking = askingOf(server.url);
    expect(await asking.ask()).toBe(fate);
    await until('the connection is given up', () => asking.client.pending === 0 && server.open <= 1);
    expect(asking.troubles).toMatchObject([trouble]);
    expect(asking.recoveries).toBe(0);
    expect(await asking.ask()).toEqual(FOUND);
    expect(asking.recoveries).toBe(1);
    expect(asking.troubles).toHaveLength(1);
  });

  it.each<[what: string, script: Script]>([
    ['never answers', () => undefined],
    ['sends headers and nothing more', (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n')],
    [
      'trickles',
      (socket) => {
        const text = `${GOOD.slice(0, 20)}${'X-A: b\r\n'.repeat(1000)}`;
        let at = 0;
        const timer = setInterval(() => socket.write(text[at++] ?? 'x'), 5);
        socket.on('close', () => clearInterval(timer));
      },
    ],
  ])('has a limited time when it %s', async (_, script) => {
    const server = await once(script);
    const asking = askingOf(server.url, 500);
    expect(await asking.ask()).toBe('timeout');
    expect(asking.troubles).toMatchObject([{ kind: 'network', code: 'timeout' }]);
    await until('the connection is given up', () => server.open === 0);
    await until('it answers in time', () => {
      if (asking.client.ready) asking.send();
      return asking.recoveries === 1;
    });
  });
});

describe('a server that does what HTTP allows', () => {
  it.each<[what: string, script: Script, connections: number]>([
    ['speaks HTTP/1.0 and closes', (socket) => socket.end(`HTTP/1.0 200 OK\r\n\r\n${JSON_TEXT}`), 3],
    ['closes each connection', (socket) => socket.end(httpAnswer(JSON_TEXT, ['Connection: close'])), 3],
    [
      'sends chunks',
      (socket) =>
        socket.write(
          `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${[...JSON_TEXT].map((c) => `1\r\n${c}\r\n`).join('')}0\r\n\r\n`,
        ),
      1,
    ],
    ['gives hints before', (socket) => socket.write(`HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n${GOOD}`), 1],
    ['says more than it announced', (socket) => socket.write(`${GOOD}, and more`), 3],
    [
      'closes after each answer without saying so',
      (socket) => {
        socket.write(GOOD);
        setTimeout(() => socket.end(), 20);
      },
      3,
    ],
  ])('is understood when it %s', async (_, script, connections) => {
    const server = await startRawServer(script);
    const asking = askingOf(server.url);
    for (let n = 0; n < 3; n++) {
      expect(await asking.ask()).toEqual(FOUND);
      if (connections === 3) await until('the connection is closed', () => server.open === 0);
    }
    expect(server.connections).toBe(connections);
    expect(asking.troubles).toEqual([]);
  });

  it('has found nothing with a status that says so, whatever comes with it', async () => {
    const server = await startRawServer((socket) => socket.write(httpAnswer('null', [], 'HTTP/1.1 204 No Content')));
    const asking = askingOf(server.url);
    for (let n = 0; n < 3; n++) expect(await asking.ask()).toEqual({ inferences: [] });
    expect(asking.troubles).toEqual([]);
  });

  it('is asked once more when it closes a connection just as a picture is sent', async () => {
    const server = await startRawServer((socket, request, connection) => {
      if (connection === 2 || request < 3) socket.write(GOOD);
      else socket.end();
    });
    const asking = askingOf(server.url);
    for (let n = 0; n < 4; n++) expect(await asking.ask()).toEqual(FOUND);
    expect(server.connections).toBe(2);
    expect(server.requests).toBe(5);
    expect(asking.troubles).toEqual([]);
  });

  it('is not asked once more on a new connection, nor when a part of the answer came', async () => {
    let answer = (socket: Parameters<Script>[0]): unknown => socket.write(GOOD);
    const server = await startRawServer((socket) => answer(socket));
    const asking = askingOf(server.url);
    expect(await asking.ask()).toEqual(FOUND);
    answer = (socket) => socket.end('HTTP/1.1 200 OK\r\n');
    expect(await asking.ask()).toBe('connection');
    expect(server.requests).toBe(2);
    answer = (socket) => socket.end();
    expect(await asking.ask()).toBe('connection');
    expect(server.requests).toBe(3);
  });

  it('may answer before it has read the picture, of which the rest is not sent then', async () => {
    const server = await startRawServer(
      () => undefined,
      (socket) => {
        socket.once('data', () => socket.write(GOOD));
        socket.pause();
        setTimeout(() => socket.resume(), 50);
      },
    );
    const asking = askingOf(server.url);
    expect(await asking.ask({ data: picture(0, 32 * 1024 * 1024) })).toEqual(FOUND);
    await until('the connection is given up', () => server.open === 0);
    expect(server.requests).toBe(0);
    expect(await asking.ask()).toEqual(FOUND);
    expect(asking.troubles).toEqual([]);
  });
});
