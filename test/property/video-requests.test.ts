import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ContentTokens } from '../../engine/client-api/content-tokens.js';
import { seconds, toIso, toTicks90k, type UtcMicros } from '../../engine/core/time.js';
import { u64 } from '../../engine/mp4/box-writer.js';
import { partsOf } from '../../engine/parts-of.js';
import { type Service, startService } from '../../engine/service.js';
import { secretOf } from '../../engine/store/secrets.js';
import { clientKeys } from '../kit/client-keys.js';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { storeVideo } from '../kit/stored-videos.js';
import { tempFolder } from '../kit/temp-files.js';

/** How many requests are tried; `SLUICE_TEST_REQUESTS` for longer runs. */
const REQUESTS = Number(process.env['SLUICE_TEST_REQUESTS'] ?? 1500);
const AT_ONCE = 16;

const TOKEN = 'of-the-server';
const OUTSIDE = 'what lies outside of the archive';
const VIDEOS = ['door', 'door;x', 'door#x', 'a/b', '..', 'back'];
/** Each video has media of a day of its own, so that what is told of it can be told from what is told of another. */
const startOf = (video: string): UtcMicros =>
  ((Date.UTC(2026, 0, 2, 3) + VIDEOS.indexOf(video) * 86_400_000) * 1000) as UtcMicros;

const folder = tempFolder();
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
let test: TestEngine;
let service: Service;
let base: URL;
/** What stands where a token belongs, and the videos that it opens. */
let credentials: { name: string; bearer: string; opens: readonly string[] }[];

beforeAll(async () => {
  const keys = await clientKeys();
  const file = join(folder.path, 'policies.json');
  writeFileSync(file, keys.policies);
  test = await openTestEngine({
    settings: {
      ...{ 'http.address': '127.0.0.1:0', 'http.token': TOKEN, 'http.accessPolicies': file },
      'http.allowedOrigins': 'https://wall.example',
    },
  });
  for (const name of VIDEOS) storeVideo(test.engine.archive, name, startOf(name));
  writeFileSync(join(test.dataDir, 'videos', 'outside.mp4'), OUTSIDE);
  service = await startService(test.engine);
  base = new URL(service.urls[0]!);
  const tokens = new ContentTokens(secretOf(partsOf(test.engine).store.db, 'content tokens'));
  const now = Date.now() / 1000;
  const contentOf = async (video: string, at = now) => (await tokens.issue(video, at)).token;
  const clientOf = (video: string) => keys.token(`http://${base.host}/videos/${encodeURIComponent(video)}`);
  credentials = [
    { name: 'nothing', bearer: '', opens: [] },
    { name: 'nonsense', bearer: 'a.b.c', opens: [] },
    { name: 'an old content token', bearer: await contentOf('door', now - 7200), opens: [] },
    { name: 'the token of the server', bearer: TOKEN, opens: VIDEOS },
  ];
  for (const video of VIDEOS) {
    credentials.push({ name: `a content token of ${video}`, bearer: await contentOf(video), opens: [video] });
    credentials.push({ name: `a client's token for ${video}`, bearer: await clientOf(video), opens: [video] });
  }
});

afterAll(async () => {
  agent.destroy();
  await service?.close();
  await test?.remove();
  folder.remove();
});

/** Addresses below a video as players ask for them; `{…}` is filled in. */
const BELOW = [
  ...['', '', '/listContentToken', '/rtsp', '/availableMedia?precision={precision}', '/manifest.m3u8?startTime={time}'],
  '/content/availableMedia?precision={precision}&starttime={time}&endtime={time}',
  '/content/availablemedia?precision=full',
  '/content/manifest(format={format},starttime={time},endtime={time}).mpd',
  '/content/manifest(format={format}).m3u8',
  '/content/{kind}(format=m3u8-cmaf,starttime={time}).m3u8',
  '/content/media-{ticks}-{kind}.m4s',
  '/content/init-{hash}-{kind}.mp4',
  ...['/content/../../outside.mp4', '/content/..%2F..%2Foutside.mp4', '/content/%2e%2e/video.json', '/preview.jpg'],
];

const times = VIDEOS.flatMap((video) => {
  const iso = toIso(startOf(video));
  return [iso, iso.slice(0, 10), iso.slice(0, 7)];
});
const FILLINGS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  precision: fc.constantFrom('year', 'month', 'day', 'full', 'YEAR', 'week', ''),
  time: fc.constantFrom(...times, '1970-01-01', '9999-12-31', '2026-02-30', '2026-01-02T99:00:00Z', '-1', ''),
  format: fc.constantFrom('mpd-time-cmaf', 'm3u8-cmaf', 'm3u8-aapl', 'smooth', ''),
  kind: fc.constantFrom('video', 'audio', 'manifest', 'text'),
  ticks: fc.oneof(
    fc.constantFrom(...VIDEOS.map((video) => String(toTicks90k(startOf(video))))),
    fc.bigInt({ min: 0n, max: 10n ** 17n }).map(String),
  ),
  hash: fc.constantFrom('0123456789abcdef', '', '0'.repeat(64)),
};

const filled = (template: string): fc.Arbitrary<string> =>
  fc
    .tuple(...template.split(/[{}]/).map((part, index) => (index % 2 === 0 ? fc.constant(part) : FILLINGS[part]!)))
    .map((parts) => parts.join(''));

/** The same place, written in another way, or another one. */
const MUTATIONS: readonly ((text: string, at: number, letter: string) => string)[] = [
  (text) => text,
  (text, at, letter) => text.slice(0, at) + letter + text.slice(at),
  (text, at) => text.slice(0, at) + text.slice(at + 1),
  (text, at) =>
    `${text.slice(0, at)}%${(text.charCodeAt(at) || 0x2f).toString(16).padStart(2, '0')}${text.slice(at + 1)}`,
  (text, at) => `${text.slice(0, at)}/..${text.slice(at)}`,
  (text, at) => `${text.slice(0, at)}%00${text.slice(at)}`,
  (text) => text.replaceAll('/', '//'),
  (text) => `${text}/`,
  (text) => text.toUpperCase(),
  (text, at) =>
    `${text}${text.includes('?') ? '&' : '?'}${text.slice(at)}=1&token=x&starttime=a&starttime=b&__proto__=1`,
  (text) => text + 'x'.repeat(5000),
];

const mutation = fc.tuple(fc.constantFrom(...MUTATIONS), fc.nat(120), fc.constantFrom(...'/%?#;&=.()\\,:*"<>{}~@0aZ'));

const asked = fc.record({
  video: fc.oneof(fc.constantFrom(...VIDEOS), fc.string({ unit: 'grapheme', maxLength: 20 })),
  below: fc.constantFrom(...BELOW).chain(filled),
  // Most are left as they are in part, so that something is opened, too.
  mutations: fc.array(mutation, { maxLength: 2 }),
  method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'DELETE'),
  credential: fc.nat(1000),
  /** It is asked for the video that the credential opens, if it opens one. */
  own: fc.boolean(),
  place: fc.constantFrom('bearer', 'token', 'authorization'),
  origin: fc.constantFrom(undefined, undefined, 'https://wall.example', 'https://evil.example', 'null'),
  body: fc.constantFrom('', '{}', '[', '{"__proto__":{}}'),
});

interface Reply {
  status: number;
  body: Buffer;
}

const send = (method: string, path: string, headers: Record<string, string>, body: string): Promise<Reply> =>
  new Promise((done, failed) => {
    const { hostname, port } = base;
    const outgoing = request({ agent, hostname, port, method, path, headers }, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('end', () => done({ status: incoming.statusCode ?? 0, body: Buffer.concat(parts) }));
      incoming.on('error', failed);
    });
    outgoing.on('error', failed);
    outgoing.end(method === 'POST' ? body : undefined);
  });

/** Of which videos a body tells something: by its title, its day, or the times in its media. */
const toldOf = (body: Buffer): string[] => {
  // Playlists repeat the range that was asked for.
  const said = Buffer.from(body.toString('latin1').replace(/(?:start|end)time=[^,)]*/gi, ''), 'latin1');
  return VIDEOS.filter((video) => {
    const start = startOf(video);
    const ticks = [0, 4].map((offset) => toTicks90k((start + seconds(offset)) as UtcMicros));
    const texts = [`title of ${video}"`, toIso(start).slice(0, 10), ...ticks.map(String)];
    return texts.some((text) => said.includes(text)) || ticks.some((each) => said.includes(u64(each)));
  });
};

it('opens doors for those who have the key', async () => {
  for (const { name, bearer, opens } of credentials) {
    const isContent = name.startsWith('a content token');
    for (const video of opens) {
      const path = `/videos/${encodeURIComponent(video)}${isContent ? '/content/availableMedia' : ''}`;
      const { status, body } = await send('GET', path, { authorization: `Bearer ${bearer}` }, '');
      expect([status, toldOf(body)], `${path} with ${name}`).toEqual([200, [video]]);
    }
  }
});

it('answers any request to a video without a fault, and tells nobody of a video that is not open to them', async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(asked, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (many) => {
      await Promise.all(
        many.map(async ({ video, own, below, mutations, method, credential, place, origin, body }) => {
          const { name, bearer, opens } = credentials[credential % credentials.length]!;
          let path = `/videos/${encodeURIComponent((own && opens[0]) || video)}${below}`;
          if (place !== 'bearer') path += `${path.includes('?') ? '&' : '?'}${place}=${bearer}`;
          for (const [mutate, at, letter] of mutations) path = mutate(path, at % (path.length + 1), letter);
          // Others never leave the client, or are no HTTP.
          path = `/${path.replace(/[^\x21-\x7e]/g, (letter) => encodeURIComponent(letter)).replace(/^\/?/, '')}`;
          const headers: Record<string, string> = {
            ...(place === 'bearer' && bearer !== '' ? { authorization: `Bearer ${bearer}` } : {}),
            ...(origin === undefined ? {} : { origin, 'access-control-request-method': 'GET' }),
          };
          const reply = await send(method, path, headers, body);
          const what = `${method} ${path} with ${name} as ${place}: ${reply.status}`;
          statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
          expect(reply.status, what).toBeLessThan(500);
          expect(reply.body.includes(OUTSIDE), what).toBe(false);
          if (reply.status >= 300) return;
          const told = toldOf(reply.body);
          for (const each of told) expect(opens, `${what} told of ${each}`).toContain(each);
        }),
      );
    }),
    { numRuns: Math.ceil(REQUESTS / AT_ONCE), endOnFailure: true },
  );
  if (process.env['SLUICE_TEST_REQUESTS']) console.log('answers by status:', Object.fromEntries(statuses));
}, 1_200_000);
