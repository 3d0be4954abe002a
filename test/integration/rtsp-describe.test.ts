import { createHash } from 'node:crypto';
import { afterAll, afterEach, expect, it, describe as suite } from 'vitest';
import { type CameraAnswer, type CameraQuestion, describeCamera } from '../kit/describe-camera.js';
import {
  type FakeAnswer,
  type FakeRequest,
  type FakeRtspOptions,
  type FakeRtspServer,
  startFakeRtspServer,
} from '../kit/fake-rtsp-server.js';
import { selfSigned, tempFolder } from '../kit/temp-files.js';

const SDP = 'v=0\r\ns=x\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n';
const CREDENTIALS = { username: 'viewer', password: 's3cret-word' };

let server: FakeRtspServer | undefined;
const folder = tempFolder();
afterAll(() => folder.remove());
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Asks a server that behaves as given; nothing in a failure may hold the password. */
const ask = async (options: FakeRtspOptions, spec: Partial<CameraQuestion> = {}): Promise<CameraAnswer> => {
  server = await startFakeRtspServer(options);
  const result = await describeCamera({ url: server.url, transport: 'tcp', timeoutMs: 3000, ...spec });
  if (!result.ok) {
    expect(JSON.stringify(result.failure)).not.toContain(CREDENTIALS.password);
    expect(result.failure.message).toMatch(/^\S.*[^.\s]$/s);
  }
  return result;
};

const describeAnswer = (answer: FakeAnswer): FakeRtspOptions => ({ answers: { DESCRIBE: answer } });
const status = (code: number, headers: Record<string, string> = {}, body = ''): FakeAnswer => ({
  kind: 'status',
  status: code,
  headers,
  body,
});
const failure = (kind: string, code: string, message: RegExp) => ({
  ok: false,
  failure: { kind, code, message: expect.stringMatching(message) },
});

suite('a camera that answers', () => {
  it('tells what it sends', async () => {
    const result = await ask({ sdp: SDP });
    expect(result).toMatchObject({
      ok: true,
      sdp: SDP,
      tracks: [{ kind: 'video', format: { encoding: 'H264', payloadType: 96 } }],
    });
    expect(server!.requests.map(({ method }) => method)).toEqual(['DESCRIBE']);
    expect(server!.requests[0]!.headers).toMatchObject({ accept: 'application/sdp', cseq: '1' });
  });

  it.each<[string, FakeAnswer]>([
    ['without Content-Type', status(200, {}, SDP)],
    [
      'with bare line feeds and small letters',
      { kind: 'raw', bytes: `rtsp/1.0 200 ok\ncontent-length:${SDP.length}\n\n${SDP}` },
    ],
    ['without a length, closing', { kind: 'raw', bytes: `RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n${SDP}`, after: 'close' }],
    ['without a length, falling silent', { kind: 'raw', bytes: `RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n${SDP}` }],
    [
      'after a provisional answer',
      {
        kind: 'raw',
        bytes: `RTSP/1.0 100 Continue\r\n\r\nRTSP/1.0 200 OK\r\nContent-Length: ${SDP.length}\r\n\r\n${SDP}`,
      },
    ],
    [
      'after media packets',
      { kind: 'raw', bytes: `$\0\0\x04abcd\r\nRTSP/1.0 200 OK\r\nContent-Length: ${SDP.length}\r\n\r\n${SDP}` },
    ],
    [
      'byte by byte',
      { kind: 'drip', everyMs: 1, pieces: `RTSP/1.0 200 OK\r\nContent-Length: ${SDP.length}\r\n\r\n${SDP}` },
    ],
  ])('is understood %s', async (_, answer) => {
    expect(await ask(describeAnswer(answer))).toMatchObject({ ok: true, sdp: SDP });
  });
});

suite('credentials', () => {
  const basic = 'Basic realm="cam"';
  const unless = (accept: (authorization: string | undefined) => boolean, challenge: string, extra = {}) => ({
    answers: {
      DESCRIBE: (request: { headers: Record<string, string> }): FakeAnswer =>
        accept(request.headers['authorization'])
          ? status(200, {}, SDP)
          : status(401, { 'WWW-Authenticate': challenge, ...extra }),
    },
  });
  const expected = `Basic ${Buffer.from('viewer:s3cret-word').toString('base64')}`;

  it('are sent only when they are asked for, on the same connection', async () => {
    const result = await ask(
      unless((given) => given === expected, basic),
      { credentials: CREDENTIALS },
    );
    expect(result.ok).toBe(true);
    expect(server!.requests.map(({ headers, connection }) => [headers['authorization'], connection])).toEqual([
      [undefined, 1],
      [expected, 1],
    ]);
  });

  it('are sent on a new connection when the camera closes the first', async () => {
    const options = unless((given) => given === expected, basic, { Connection: 'close' });
    expect((await ask(options, { credentials: CREDENTIALS })).ok).toBe(true);
    expect(server!.accepted).toBe(2);
  });

  it('answer a digest challenge over the request as it was sent', async () => {
    const accept = (given: string | undefined): boolean => {
      const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
      const response = md5(`${md5('viewer:cam:s3cret-word')}:n1:${md5(`DESCRIBE:${server!.url}`)}`);
      return given?.includes(`response="${response}"`) ?? false;
    };
    const options = unless(accept, 'Digest realm="cam", nonce="n1"');
    expect((await ask(options, { credentials: CREDENTIALS })).ok).toBe(true);
  });

  it('are tried once more when only the nonce had grown old, and then no more', async () => {
    let count = 0;
    const options: FakeRtspOptions = {
      answers: {
        DESCRIBE: () => status(401, { 'WWW-Authenticate': `Digest realm="cam", nonce="n${++count}", stale=true` }),
      },
    };
    expect(await ask(options, { credentials: CREDENTIALS })).toMatchObject(
      failure('auth', '401', /refused the user name/),
    );
    expect(count).toBe(3);
  });

  it.each<[string, FakeAnswer, boolean, RegExp]>([
    ['wrong', status(401, { 'WWW-Authenticate': basic }), true, /refused the user name or password/],
    ['missing', status(401, { 'WWW-Authenticate': basic }), false, /wants a user name and a password, and none/],
    ['of no use', status(401, { 'WWW-Authenticate': 'Negotiate' }), true, /other than basic or digest/],
    ['without a challenge', status(401), true, /other than basic or digest/],
  ])('that are %s are an auth failure', async (_, answer, given, message) => {
    const result = await ask(describeAnswer(answer), given ? { credentials: CREDENTIALS } : {});
    expect(result).toMatchObject(failure('auth', '401', message));
    expect(server!.requests.length).toBeLessThanOrEqual(2);
  });

  it('without the right to the stream are an auth failure', async () => {
    expect(await ask(describeAnswer(status(403)))).toMatchObject(failure('auth', '403', /forbids/));
  });
});

suite('a camera that refuses or babbles', () => {
  it.each<[FakeAnswer, string, string, RegExp]>([
    [status(404), 'protocol', '404', /no stream of this path/],
    [status(454), 'protocol', '454', /454 Session Not Found/],
    [status(500), 'protocol', '500', /500 Internal/],
    [status(302), 'protocol', 'redirected', /redirects to no rtsp:/],
    [{ kind: 'raw', bytes: 'HTTP/1.1 400 Bad Request\r\n\r\n' }, 'protocol', 'malformed', /answers in HTTP/],
    [{ kind: 'raw', bytes: 'SSH-2.0-dropbear\r\n' }, 'protocol', 'malformed', /begins with "SSH-2\.0-dropbear"/],
    [{ kind: 'raw', bytes: Buffer.alloc(200_000, 0x41) }, 'protocol', 'malformed', /longer than/],
    [
      { kind: 'raw', bytes: `RTSP/1.0 200 OK\r\n${'A: b\r\n'.repeat(50_000)}` },
      'protocol',
      'malformed',
      /headers are longer/,
    ],
    [
      { kind: 'raw', bytes: 'RTSP/1.0 200 OK\r\nContent-Length: x\r\n\r\n' },
      'protocol',
      'malformed',
      /Content-Length is "x"/,
    ],
    [{ kind: 'raw', bytes: 'RTSP/1.0 100 Wait\r\n\r\n'.repeat(30) }, 'protocol', 'malformed', /provisional/],
    [status(200, { 'Content-Type': 'application/sdp', 'Content-Length': '0' }), 'protocol', 'malformed', /is empty/],
    [status(200, {}, '<html>login</html>'), 'protocol', 'malformed', /no SDP/],
    [
      { kind: 'raw', bytes: 'RTSP/1.0 200 OK\r\nContent-Length: 500\r\n\r\nv=0\r\n', after: 'close' },
      'network',
      'closed',
      /in the middle/,
    ],
    [{ kind: 'close' }, 'network', 'closed', /instead of answering DESCRIBE/],
    [{ kind: 'raw', bytes: '', after: 'reset' }, 'network', 'ECONNRESET', /cut the connection/],
  ])('is reported (%j → %s %s)', async (answer, kind, code, message) => {
    expect(await ask(describeAnswer(answer))).toMatchObject(failure(kind, code, message));
  });

  it.each([
    ['no video', 'v=0\r\nm=audio 0 RTP/AVP 8\r\n', /offers PCMA audio;/],
    ['nothing', 'v=0\r\n', /offers no media/],
    ['MPEG-4', 'v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 MP4V-ES/90000\r\n', /offers MP4V-ES video;/],
  ])('and offers %s is a format failure', async (_, sdp, message) => {
    expect(await ask({ sdp })).toMatchObject(failure('format', 'unsupportedVideoFormat', message));
  });
});

suite('a camera that redirects', () => {
  const basic = { 'WWW-Authenticate': 'Basic realm="cam"' };

  it.each(['tcp', 'http'] as const)(
    'to another host is not followed (%s), and the other is never asked',
    async (way) => {
      const other = await startFakeRtspServer(describeAnswer(status(401, basic)));
      try {
        // Another name, though of the same machine.
        const Location = `rtsp://u:their-word@localhost:${other.port}/x?y`;
        const moved = status(302, { Location });
        const http = { kind: 'raw', bytes: `HTTP/1.0 302 Found\r\nLocation: ${Location}\r\n\r\n` } as const;
        const spec = { credentials: CREDENTIALS, transport: way };
        const result = await ask({ answers: { DESCRIBE: moved, GET: http } }, spec);
        const text = new RegExp(`redirects to rtsp://localhost:${other.port}[,;].* rtspUrl$`);
        expect(result).toMatchObject(failure('protocol', 'redirected', text));
        expect(JSON.stringify(result)).not.toContain('their-word');
        expect(other.accepted).toBe(0);
      } finally {
        await other.close();
      }
    },
  );

  it('to another port or path of the same host is followed, and gets credentials when it asks', async () => {
    const other = await startFakeRtspServer({
      answers: { DESCRIBE: ({ headers }) => (headers['authorization'] ? status(200, {}, SDP) : status(401, basic)) },
    });
    try {
      const moved = status(301, { Location: `rtsp://u:their-word@127.0.0.1:${other.port}/new?a=b` });
      const challenged = ({ headers }: FakeRequest) => (headers['authorization'] ? moved : status(401, basic));
      const result = await ask({ answers: { DESCRIBE: challenged } }, { credentials: CREDENTIALS });
      expect(result).toMatchObject({ ok: true, url: `rtsp://127.0.0.1:${other.port}/new?a=b` });
      expect(server!.requests).toHaveLength(2);
      expect(other.requests.map(({ headers }) => headers['authorization'])).toEqual([
        undefined,
        `Basic ${Buffer.from('viewer:s3cret-word').toString('base64')}`,
      ]);
    } finally {
      await other.close();
    }
  });

  it('from TLS to none is not followed', async () => {
    const { pem: cert, keyPem: key } = selfSigned(folder.path);
    const other = await startFakeRtspServer({ sdp: SDP });
    try {
      const options = describeAnswer(status(302, { Location: `rtsp://127.0.0.1:${other.port}/x` }));
      const result = await ask(
        { ...options, tls: { cert, key } },
        { tls: { ignoreSignature: true, ignoreHostname: true } },
      );
      expect(result).toMatchObject(failure('protocol', 'redirected', /without TLS/));
      expect(other.accepted).toBe(0);
    } finally {
      await other.close();
    }
  });

  it('in a circle is followed three times', async () => {
    const result = await ask(describeAnswer(status(302, { Location: '/again' })));
    expect(result).toMatchObject(failure('protocol', 'redirected', /after 3 other redirects/));
    expect(server!.requests).toHaveLength(4);
  });
});

suite('a camera that hangs', () => {
  it.each<[string, FakeRtspOptions]>([
    ['before it reads', { greeting: { after: 'hang' } }],
    ['instead of an answer', describeAnswer({ kind: 'hang' })],
    ['in the middle of the headers', describeAnswer({ kind: 'raw', bytes: 'RTSP/1.0 200 OK\r\nCSeq' })],
    [
      'in the middle of the body',
      describeAnswer({ kind: 'raw', bytes: 'RTSP/1.0 200 OK\r\nContent-Length: 90\r\n\r\nv=0' }),
    ],
    ['with its power cut', describeAnswer({ kind: 'deaf' })],
    [
      'by sending for ever',
      describeAnswer({
        kind: 'drip',
        everyMs: 5,
        pieces: (function* () {
          yield 'RTSP/1.0 200 OK\r\n';
          for (;;) yield 'A';
        })(),
      }),
    ],
  ])('%s costs no more than the time-out', async (_, options) => {
    expect(await ask(options, { timeoutMs: 300 })).toMatchObject(
      failure('network', 'timeout', /did not answer DESCRIBE/),
    );
  });

  it('in the TLS handshake is told apart', async () => {
    server = await startFakeRtspServer({ greeting: { after: 'hang' } });
    const result = await describeCamera({
      url: server.url.replace('rtsp:', 'rtsps:'),
      transport: 'tcp',
      timeoutMs: 300,
    });
    expect(result).toMatchObject(failure('network', 'timeout', /TLS handshake/));
  });

  it('is left alone as soon as the caller loses interest, and no connection stays', async () => {
    server = await startFakeRtspServer(describeAnswer({ kind: 'hang' }));
    const aborter = new AbortController();
    const asking = describeCamera({ url: server.url, transport: 'tcp', timeoutMs: 60_000, signal: aborter.signal });
    await expect.poll(() => server!.requests.length).toBe(1);
    aborter.abort();
    expect(await asking).toMatchObject(failure('aborted', 'aborted', /withdrawn/));
    await expect.poll(() => server!.open).toBe(0);
    const before = await describeCamera({
      url: server.url,
      transport: 'tcp',
      timeoutMs: 60_000,
      signal: aborter.signal,
    });
    expect(before).toMatchObject({ ok: false, failure: { kind: 'aborted' } });
  });
});

suite('no camera', () => {
  it('at the port is a network failure that says so', async () => {
    server = await startFakeRtspServer();
    const { url } = server;
    await server.close();
    server = undefined;
    const result = await describeCamera({ url: `${url}?pw=s3cret-word`, transport: 'tcp', timeoutMs: 3000 });
    expect(result).toMatchObject(
      failure('network', 'ECONNREFUSED', /^rtsp:\/\/127\.0\.0\.1:\d+\/stream refused the connection/),
    );
    expect(JSON.stringify(result)).not.toContain('s3cret-word');
  });

  it.each(['', 'http://x/', 'rtsp://', 'cam.example', 'viewer:s3cret-word@cam'])(
    'in the URL %j is said without repeating it',
    async (url) => {
      const result = await describeCamera({ url, transport: 'tcp', timeoutMs: 1000 });
      expect(result).toMatchObject(failure('protocol', 'invalidUrl', /cannot be used/));
      expect(JSON.stringify(result)).not.toContain('s3cret-word');
    },
  );
});

suite('TLS', () => {
  const own = selfSigned(folder.path);
  const tls = { cert: own.pem, key: own.keyPem };

  it('trusts the certificates that it is given, and none other', async () => {
    expect((await ask({ sdp: SDP, tls }, { tls: { trustedCertificates: [own.pem] } })).ok).toBe(true);
    await server!.close();
    expect(await ask({ sdp: SDP, tls })).toMatchObject(failure('tls', 'DEPTH_ZERO_SELF_SIGNED_CERT', /self-signed/));
  });

  it('checks the host name even when the signature is ignored', async () => {
    const other = selfSigned(folder.path, 'DNS:elsewhere.example');
    server = await startFakeRtspServer({ sdp: SDP, tls: { cert: other.pem, key: other.keyPem } });
    const { url } = server;
    const asked = (options: object) => describeCamera({ url, transport: 'tcp', timeoutMs: 3000, tls: options });
    expect(await asked({ ignoreSignature: true })).toMatchObject(failure('tls', 'ERR_TLS_CERT_ALTNAME_INVALID', /./));
    expect((await asked({ ignoreSignature: true, ignoreHostname: true })).ok).toBe(true);
    expect(await asked({ ignoreHostname: true })).toMatchObject({ ok: false, failure: { kind: 'tls' } });
    expect((await asked({ ignoreHostname: true, trustedCertificates: [other.pem] })).ok).toBe(true);
  });

  it('against a camera that speaks plain RTSP fails as TLS, and says why', async () => {
    server = await startFakeRtspServer({ greeting: { bytes: 'RTSP/1.0 400 Bad Request\r\n\r\n', after: 'hang' } });
    const result = await describeCamera({
      url: server.url.replace('rtsp:', 'rtsps:'),
      transport: 'tcp',
      timeoutMs: 3000,
    });
    expect(result).toMatchObject(failure('tls', 'ERR_SSL_WRONG_VERSION_NUMBER', /wrong version number/));
  });

  it('with certificates that cannot be read fails, and does not throw', async () => {
    const result = await ask(
      { sdp: SDP, tls },
      { tls: { trustedCertificates: ['-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----'] } },
    );
    expect(result).toMatchObject({ ok: false, failure: { kind: 'tls' } });
  });
});
