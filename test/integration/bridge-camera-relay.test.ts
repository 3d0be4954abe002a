import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { EndReason, IngestSpec } from '../../bridge/types.js';
import { recordIngest, testBridge } from '../kit/bridge.js';
import { fakeMedia } from '../kit/fake-media.js';
import {
  type FakeAnswer,
  type FakeRequest,
  type FakeRtspOptions,
  type FakeRtspServer,
  startFakeRtspServer,
} from '../kit/fake-rtsp-server.js';
import { testCameras } from '../kit/rtsp-camera.js';
import { tempDir } from '../kit/temp-dir.js';
import { makeClip, tempFolder } from '../kit/temp-files.js';
import { until } from '../kit/until.js';

const folder = tempFolder();
const media = fakeMedia(readFileSync(makeClip(join(folder.path, 'bars.264'), 2, ['-c:v', 'libx264', '-g', '25'])));
afterAll(() => folder.remove());

const { camera, stopCameras } = testCameras();
afterEach(stopCameras);

const CREDENTIALS = { username: 'viewer', password: 's3cret-word' };

const fake = async (options: FakeRtspOptions): Promise<FakeRtspServer> => {
  const server = await startFakeRtspServer(options);
  onTestFinished(() => server.close());
  return server;
};

const tcp = (url: string, more: Partial<IngestSpec> = {}): IngestSpec => ({
  url,
  transport: 'tcp',
  video: 'h264',
  timeoutMs: 5000,
  ...more,
});

const endOf = (url: string, more: Partial<IngestSpec> = {}): Promise<EndReason> =>
  recordIngest(testBridge().bridge, tcp(url, more)).ended;

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** A camera's usual answer, but only to digest credentials over exactly the URI that was asked for. */
const strictDigest = (otherwise: FakeAnswer) => (request: FakeRequest) => {
  const sent = request.headers['authorization'] ?? '';
  const of = (name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(sent)?.[1] ?? '';
  const account = md5(`${CREDENTIALS.username}:cam:${CREDENTIALS.password}`);
  const right = md5(`${account}:abc:${md5(`${request.method}:${request.uri}`)}`);
  return of('uri') === request.uri && of('response') === right ? ({ kind: 'usual' } as const) : otherwise;
};
const CHALLENGE = 'Digest realm="cam", nonce="abc"';

describe('a camera that redirects when it is to play', () => {
  it.each([
    ['DESCRIBE', 302],
    ['SETUP', 301],
    ['PLAY', 302],
  ])('at %s (%i) sends the credentials nowhere, and is told of', async (method, status) => {
    const challenge = { kind: 'status', status: 401, headers: { 'WWW-Authenticate': 'Basic realm="x"' } } as const;
    const other = await fake({ media, answers: { OPTIONS: challenge, DESCRIBE: challenge, SETUP: challenge } });
    const Location = `rtsp://viewer:their-word@127.0.0.1:${other.port}/private?token=1`;
    const first = await fake({ media, answers: { [method]: { kind: 'status', status, headers: { Location } } } });
    const end = await endOf(first.url, { credentials: CREDENTIALS });
    expect(end).toMatchObject({ kind: 'error', failure: 'protocol', code: 'redirected' });
    const { message } = end as EndReason & { message: string };
    expect(message).toContain(`redirects to rtsp://127.0.0.1:${other.port},`);
    expect(message).toContain('rtspUrl');
    expect(message).not.toMatch(/s3cret|their-word|token|private/);
    expect(other.accepted).toBe(0);
    expect(first.requests.map(({ uri }) => uri).join()).not.toContain(String(other.port));
  });
});

describe('a camera behind the relay', () => {
  it('sees its own address in every request and in the digest over it', async () => {
    const guarded = strictDigest({ kind: 'status', status: 401, headers: { 'WWW-Authenticate': CHALLENGE } });
    const server = await fake({ media, answers: { DESCRIBE: guarded, SETUP: guarded, PLAY: guarded } });
    const { ingest, count } = recordIngest(testBridge().bridge, tcp(server.url, { credentials: CREDENTIALS }));
    await count(5);
    await ingest.stop();
    for (const { uri } of server.requests) expect(uri).toMatch(server.url);
  });

  it('is told that the session ends', async () => {
    const server = await fake({ media });
    const { bridge } = testBridge();
    const told = (): boolean => server.requests.some(({ method }) => method === 'TEARDOWN');
    // A player that gets no time to say so hangs up without.
    for (let session = 0; session < 20 && !told(); session++) {
      const { ingest, count } = recordIngest(bridge, tcp(server.url));
      await count(2);
      await ingest.stop();
      await until('the connection has ended', () => server.open === 0);
    }
    expect(told()).toBe(true);
  });

  it('holds up no other camera of its host when it is left in the middle of a packet', async () => {
    const timeoutMs = 8000;
    const { bridge } = testBridge();
    const other = recordIngest(bridge, tcp((await fake({ media })).url, { timeoutMs }));
    await other.count(5);
    const server = await fake({ media });
    const port = await withholding(server.port);
    const gaps: number[] = [];
    for (let session = 0; session < 5; session++) {
      const { ingest, count } = recordIngest(bridge, tcp(`rtsp://127.0.0.1:${port}/stream`, { timeoutMs }));
      await count(5);
      const before = performance.now();
      await ingest.stop();
      await other.count(other.units.length + 1);
      gaps.push(performance.now() - before);
    }
    expect(bridge.stats()).toHaveLength(1);
    expect(other.ends).toEqual([]);
    // Whoever waits for the rest of the packet waits so long.
    expect(Math.max(...gaps)).toBeLessThan(timeoutMs / 2);
  });

  it('may close the connection on which it asks for credentials', async () => {
    const bytes = `RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: ${CHALLENGE}\r\nConnection: close\r\n\r\n`;
    const server = await fake({ media, answers: { DESCRIBE: strictDigest({ kind: 'raw', bytes, after: 'close' }) } });
    const { ingest, count } = recordIngest(testBridge().bridge, tcp(server.url, { credentials: CREDENTIALS }));
    await count(5);
    await ingest.stop();
    expect(server.accepted).toBe(2);
  });

  it('has no more connections than a session needs', async () => {
    const server = await fake({ answers: { OPTIONS: { kind: 'close' } } });
    const end = await endOf(server.url);
    expect(end.kind).toBe('error');
    expect(server.accepted).toBeLessThanOrEqual(2);
  });

  it('is reached by IPv6', async () => {
    const { url } = await camera({ host: '::1' });
    expect(url).toContain('[::1]');
    const { ingest, count } = recordIngest(testBridge().bridge, tcp(url));
    await count(5);
    await ingest.stop();
  });

  it.each<[string, FakeRtspOptions, string]>([
    ['hangs up at once', { greeting: { after: 'close' } }, 'network'],
    ['never answers', { greeting: { after: 'hang' } }, 'network'],
    ['cuts the connection', { answers: { OPTIONS: { kind: 'raw', bytes: '', after: 'reset' } } }, 'network'],
  ])('that %s is a failure of the network', async (_, options, failure) => {
    const server = await fake(options);
    expect(await endOf(server.url, { timeoutMs: 1000 })).toMatchObject({ kind: 'error', failure });
  });
});

/** The way to a camera of which the last bytes always come only with what follows them. */
const withholding = async (upstream: number): Promise<number> => {
  const HELD_BYTES = 9;
  const server = createServer((client) => {
    const camera = connect(upstream, '127.0.0.1');
    onTestFinished(() => void camera.destroy());
    let held = Buffer.alloc(0);
    let plays = false;
    client.on('error', () => {}).on('close', () => camera.destroy());
    camera.on('error', () => {}).on('close', () => client.destroy());
    client.pipe(camera);
    camera.on('data', (chunk: Buffer) => {
      const all = Buffer.concat([held, chunk]);
      // Answers go by whole: they begin with a letter.
      plays ||= all[0] === 0x24;
      const keep = plays ? HELD_BYTES : 0;
      client.write(all.subarray(0, all.length - keep));
      held = all.subarray(all.length - keep);
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** The heads with which the halves of an HTTP tunnel are opened, by a camera that wants digest credentials for them. */
const tunnelHeads = async (): Promise<{ port: number; heads: string[] }> => {
  const heads: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (chunk) => {
      const head = chunk.toString('latin1').split('\r\n\r\n')[0]!;
      heads.push(head);
      if (head.includes('Authorization')) socket.write('HTTP/1.0 200 OK\r\n\r\n');
      else socket.end(`HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: ${CHALLENGE}\r\n\r\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, heads };
};

it('the HTTP tunnel is opened with the path, the own host and a digest over the path', async () => {
  const { port, heads } = await tunnelHeads();
  const url = `rtsp://127.0.0.1:${port}/live?x=1`;
  const { bridge } = testBridge();
  const { ingest } = recordIngest(bridge, tcp(url, { transport: 'http', credentials: CREDENTIALS }));
  await until('both halves', () => heads.length === 3);
  await ingest.stop();
  expect(heads.map((head) => head.split('\r\n')[0])).toEqual([
    'GET /live?x=1 HTTP/1.0',
    'GET /live?x=1 HTTP/1.0',
    'POST /live?x=1 HTTP/1.0',
  ]);
  const account = md5(`${CREDENTIALS.username}:cam:${CREDENTIALS.password}`);
  for (const head of heads.slice(1)) {
    expect(head).toContain(`Host: 127.0.0.1:${port}`);
    expect(head).toContain('uri="/live?x=1"');
    const response = md5(`${account}:abc:${md5(`${head.slice(0, head.indexOf(' '))}:/live?x=1`)}`);
    expect(head).toContain(`response="${response}"`);
  }
});

/** Starts hosts in a network of their own that has loopback only. */
const ALONE = ['-rn', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
const isolationWorks = spawnSync('unshare', [...ALONE, 'true']).status === 0;

describe.skipIf(!isolationWorks)('a host without a network', () => {
  it.each(['tcp', 'http'] as const)('plays a camera over %s', async (transport) => {
    // Hosts are started through setpriv.
    const bin = tempDir();
    const script = `#!/bin/sh\nshift 3\nexec unshare ${ALONE.map((word) => `'${word}'`).join(' ')} "$@"\n`;
    writeFileSync(join(bin, 'setpriv'), script);
    chmodSync(join(bin, 'setpriv'), 0o755);
    vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { url } = await camera({ user: CREDENTIALS.username, password: CREDENTIALS.password, auth: 'digest' });
    const { bridge } = testBridge();
    const { ingest, count } = recordIngest(bridge, tcp(url, { transport, credentials: CREDENTIALS }));
    await count(5);
    // It is really another network.
    const routes = readFileSync(`/proc/${bridge.stats()[0]?.pid}/net/route`, 'utf8').trim().split('\n');
    expect(routes).toHaveLength(1);
    await ingest.stop();
  });
});
