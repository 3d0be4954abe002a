import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seconds, toIso, type UtcMicros } from '../../engine/core/time.js';
import { type Service, startService } from '../../engine/service.js';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { movie } from '../kit/mp4.js';
import { storeVideo } from '../kit/stored-videos.js';
import { tempFolder } from '../kit/temp-files.js';

/** How many requests are tried; `SLUICE_TEST_REQUESTS` for longer runs. */
const REQUESTS = Number(process.env['SLUICE_TEST_REQUESTS'] ?? 1000);
const AT_ONCE = 16;

const TOKEN = 'of-the-server';
/** What stands in files that no route serves. */
const OUTSIDE = ['what lies outside of what is served', 'SQLite format 3'];
const START = (Date.UTC(2026, 0, 2, 3) * 1000) as UtcMicros;
const [FROM, TO] = [toIso(START), toIso((START + seconds(6)) as UtcMicros)];
/** What is refused for a while is no fault. */
const MEANT = ['NoPicture', 'CameraInactive'];

const folder = tempFolder();
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
let test: TestEngine;
let service: Service;
let base: URL;
let cookie = '';
let asks: { method: string; path: string; open?: boolean; upgrade?: boolean }[] = [];

beforeAll(async () => {
  const dataDir = join(folder.path, 'data');
  mkdirSync(join(dataDir, 'media', 'clips'), { recursive: true });
  for (const name of ['a', 'b']) writeFileSync(join(dataDir, 'media', 'clips', `${name}.mp4`), movie(40));
  for (const path of ['secret.mp4', 'media/notes.txt']) writeFileSync(join(dataDir, path), OUTSIDE[0]!);
  test = await openTestEngine({ dataDir, settings: { 'http.address': '127.0.0.1:0', 'http.token': TOKEN } });
  const { archive, clips } = test.engine;
  for (const [name, at] of [
    ['door', START],
    ['a/b', START],
  ] as const)
    storeVideo(archive, name, at);
  const sink = { video: 'door', pipeline: 'p1', sink: 'videoSink' };
  const open = archive.book.begin(sink, '', START, null);
  archive.book.available(open, (START + seconds(6)) as UtcMicros, false);
  service = await startService(test.engine);
  base = new URL(service.urls[0]!);
  const [clip] = clips.list().value;
  const [file, recording] = [`/clips/${clip!.id}`, `/videos/door/recordings/${open.id}`];
  const span = `starttime=${FROM}&endtime=${TO}`;
  const get = (path: string, more: object = {}) => ({ method: 'GET', path, ...more });
  asks = [
    ...['/clips', `/clips?limit=1&${span}`, '/clips?pipeline=p1', file, `${file}.mp4`, `${file}.mp4`].map((path) =>
      get(path),
    ),
    ...['/protect', '/seen'].map((what) => ({ method: 'POST', path: `${file}${what}` })),
    ...[`${file}/protect`, `${recording}/protect`, '/clips/99'].map((path) => ({ method: 'DELETE', path })),
    ...['/protect', '/seen'].map((what) => ({ method: 'POST', path: `${recording}${what}` })),
    ...[`/videos/door/recordings?${span}`, '/videos/a%2Fb/recordings?limit=2'].map((path) => get(path)),
    ...['door', 'a%2Fb'].flatMap((name) => [
      get(`/videos/${name}/clip.mp4?${span}`),
      get(`/export.zip?videos=${name}&${span}`),
    ]),
    ...[`/export.zip?videos=door,a%2Fb&${span}`, '/cameras', '/events?limit=3'].map((path) => get(path)),
    ...[
      'snapshot.jpg?width=64',
      `motion?${span}&buckets=9`,
      `motion/search?${span}&region=0,0,1,1&sensitivity=low`,
    ].map((path) => get(`/cameras/cellar/${path}`)),
    get('/videos/door/preview.jpg?time=2020-01-01T00:00:00Z&width=64'),
    ...['/session', '/healthz', '/'].map((path) => get(path, { open: true })),
    { method: 'POST', path: '/session' },
    ...['/cameras/cellar/live?acknowledge=1', '/videos/door/rtsp', '/events?since=0'].map((path) =>
      get(path, { upgrade: true }),
    ),
  ];
  const signedIn = await send('POST', '/session', { authorization: `Bearer ${TOKEN}` }, '');
  cookie = String(signedIn.cookie).split(';')[0]!;
});

afterAll(async () => {
  agent.destroy();
  await service?.close();
  await test?.close();
  folder.remove();
});

interface Reply {
  status: number;
  body: string;
  cookie: unknown;
}

const send = (method: string, path: string, headers: Record<string, string>, body: string): Promise<Reply> =>
  new Promise((done, failed) => {
    const { hostname, port } = base;
    const isUpgrade = headers['upgrade'] !== undefined;
    const outgoing = request({ ...(isUpgrade ? {} : { agent }), hostname, port, method, path, headers }, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('end', () => {
        const { statusCode: status = 0, headers: told } = incoming;
        done({ status, body: Buffer.concat(parts).toString('latin1'), cookie: told['set-cookie'] });
      });
      incoming.on('error', failed);
    });
    outgoing.on('upgrade', (_, socket) => {
      socket.destroy();
      done({ status: 101, body: '', cookie: undefined });
    });
    outgoing.on('error', failed);
    outgoing.end(method === 'POST' ? body : undefined);
  });

/** One change each, so that much of what is asked for is there. */
const MUTATIONS: readonly ((text: string, at: number, letter: string) => string)[] = [
  (text, at, letter) => text.slice(0, at) + letter + text.slice(at),
  (text, at) => text.slice(0, at) + text.slice(at + 1),
  (text, at) =>
    `${text.slice(0, at)}%${(text.charCodeAt(at) || 0x2f).toString(16).padStart(2, '0')}${text.slice(at + 1)}`,
  (text, at) => `${text.slice(0, at)}/../..${text.slice(at)}`,
  (text, at) => `${text.slice(0, at)}%2e%2e%2fsecret${text.slice(at)}`,
  (text, at) => `${text.slice(0, at)}%00${text.slice(at)}`,
  (text, at, letter) =>
    `${text}${text.includes('?') ? '&' : '?'}${text.slice(at)}=${letter}&limit=1e9&width=0&__proto__=1`,
  (text) => text.replaceAll(/\d\d/g, '99'),
  (text) => text.replaceAll('=', '=-1'),
  (text) => text + 'x'.repeat(3000),
];

const asked = fc.record({
  ask: fc.nat(1000),
  mutation: fc.option(
    fc.tuple(fc.constantFrom(...MUTATIONS), fc.nat(120), fc.constantFrom(...'/%?#;&=.()\\,:*"<>{}~@0aZ')),
    { freq: 1 },
  ),
  method: fc.option(fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'PATCH'), { freq: 1, nil: undefined }),
  access: fc.constantFrom('bearer', 'bearer', 'cookie', 'cookie', 'none', 'wrong', 'wrong cookie'),
  headers: fc.oneof(
    fc.record({ range: fc.constantFrom('bytes=0-99', 'bytes=-5', 'bytes=7-') }),
    fc.dictionary(
      fc.constantFrom('range', 'if-none-match', 'if-match', 'if-range', 'if-modified-since', 'content-type', 'accept'),
      fc.constantFrom(
        ...[
          'bytes=0-99',
          'bytes=-5',
          'bytes=99999999-',
          'bytes=5-1',
          'bytes=0-1,4-5',
          'bytes=a-',
          'bytes=0-18446744073709551616',
        ],
        ...['"x"', '*', 'W/"', '', 'text/html', 'Fri, 99 Nov 2026'],
      ),
      { maxKeys: 2 },
    ),
  ),
  body: fc.constantFrom('', '', '{}', '[', '{"__proto__":{}}', 'x'.repeat(2000)),
});

it('answers any request without a fault, and with nothing from outside, to those who may ask', async () => {
  const statuses = new Map<number, number>();
  const count = { all: 0, opened: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(asked, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (many) => {
      await Promise.all(
        many.map(async ({ ask, mutation, method: other, access, headers: more, body }) => {
          const { method: usual, path: valid, open = false, upgrade = false } = asks[ask % asks.length]!;
          const changed = mutation ? mutation[0](valid, mutation[1] % (valid.length + 1), mutation[2]) : valid;
          const path = `/${changed.replace(/[^\x21-\x7e]/g, encodeURIComponent).replace(/^\/?/, '')}`;
          const method = other ?? usual;
          const headers: Record<string, string> = { ...more };
          if (access === 'bearer') headers['authorization'] = `Bearer ${TOKEN}`;
          if (access === 'wrong') headers['authorization'] = `Bearer ${TOKEN.slice(1)}`;
          if (access === 'cookie') headers['cookie'] = cookie;
          if (access === 'wrong cookie') headers['cookie'] = cookie.slice(0, -3);
          if (upgrade) {
            Object.assign(headers, { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' });
            headers['sec-websocket-key'] = 'AAAAAAAAAAAAAAAAAAAAAA==';
          }
          const reply = await send(method, path, headers, body);
          const what = `${method} ${path} ${JSON.stringify(headers)}: ${reply.status} ${reply.body.slice(0, 200)}`;
          statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
          if (!MEANT.some((code) => reply.body.includes(`"${code}"`))) expect(reply.status, what).toBeLessThan(500);
          for (const text of OUTSIDE) expect(reply.body.includes(text), what).toBe(false);
          count.all += 1;
          if (reply.status >= 300) return;
          count.opened += 1;
          const mayAsk = access === 'bearer' || access === 'cookie' || open || method === 'OPTIONS';
          expect(mayAsk || /^\/+(session|healthz|assets\/.*)?\/*([?#].*)?$/.test(path), what).toBe(true);
        }),
      );
    }),
    { numRuns: Math.ceil(REQUESTS / AT_ONCE), endOnFailure: true },
  );
  if (process.env['SLUICE_TEST_REQUESTS']) console.log('answers by status:', Object.fromEntries(statuses));
  // Else this would try nothing but refusals.
  expect(count.opened / count.all).toBeGreaterThan(0.2);
}, 1_200_000);
