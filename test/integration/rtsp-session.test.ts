import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { wantedTracks } from '../../bridge/camera/track-format.js';
import { ProbeFailure } from '../../bridge/rtsp/failures.js';
import { RtspSession } from '../../bridge/rtsp/session.js';
import { chooseTracks } from '../../bridge/rtsp/tracks.js';
import { selfSigned } from '../kit/certificate.js';
import { type CameraQuestion, sessionSpec } from '../kit/describe-camera.js';
import {
  type FakeAnswer,
  type FakeRequest,
  type FakeRtspOptions,
  type FakeRtspServer,
  startFakeRtspServer,
} from '../kit/fake-rtsp-server.js';

const SDP = [
  ...['v=0', 's=x', 'a=control:*', 'm=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=control:track1'],
  ...['m=audio 0 RTP/AVP 8', 'a=control:track2', ''],
].join('\r\n');
const CREDENTIALS = { username: 'viewer', password: 's3cret-word' };

interface Played {
  session: RtspSession;
  rtp: string[];
  rtcp: string[];
  garbage: number[];
  refused: number[];
  /** The end of the session, if it has ended by itself. */
  end: () => string | undefined;
}

let server: FakeRtspServer | undefined;
const sessions: RtspSession[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) session.close();
  await server?.close();
  server = undefined;
});

const play = async (options: FakeRtspOptions, question: Partial<CameraQuestion> = {}): Promise<Played> => {
  server = await startFakeRtspServer({ sdp: SDP, ...options });
  const spec = sessionSpec({ url: server.url, transport: 'tcp', timeoutMs: 2000, ...question });
  const { session, description } = await RtspSession.open(spec);
  sessions.push(session);
  const { video, audio } = chooseTracks('x', description, wantedTracks(true));
  const tracks = audio ? [video, audio] : [video];
  let end: string | undefined;
  const played = { session, rtp: [] as string[], rtcp: [] as string[], garbage: [] as number[] };
  const refused = await session.play(tracks, {
    onRtp: (track, packet) => played.rtp.push(`${track}:${packet.toString('latin1')}`),
    onRtcp: (track, packet) => played.rtcp.push(`${track}:${packet.toString('latin1')}`),
    onGarbage: (bytes) => played.garbage.push(bytes),
    onEnd: (failure) => {
      end = `${failure.failure.code} ${failure.message}`;
    },
  });
  return { ...played, refused: [...refused.keys()], end: () => end };
};

const failureOf = async (playing: Promise<unknown>): Promise<string> => {
  const problem = await playing.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(problem instanceof ProbeFailure)) throw problem ?? new Error('it did not fail');
  return `${problem.failure.kind} ${problem.failure.code}: ${problem.message}`;
};

const requests = (): string[] =>
  server!.requests.map(({ method, uri }) => `${method} ${uri.replace(/^rtsp:\/\/127\.0\.0\.1:\d+/, '')}`);
const status = (code: number, headers: Record<string, string> = {}, body = ''): FakeAnswer => ({
  ...{ kind: 'status', status: code, headers, body },
});
const setUp = (transport: string, session = '1234'): FakeAnswer =>
  status(200, { Session: session, ...(transport ? { Transport: transport } : {}) });
const packet = (channel: number, text: string): string =>
  `$${String.fromCharCode(channel)}\0${String.fromCharCode(text.length)}${text}`;
const playing = (bytes: string): FakeAnswer => ({
  kind: 'raw',
  bytes: Buffer.from(`RTSP/1.0 200 OK\r\nCSeq: 4\r\n\r\n${bytes}`, 'latin1'),
});

describe('a session', () => {
  it('sets up each track, plays all of them, and ends with TEARDOWN', async () => {
    const { session } = await play({});
    session.close();
    await expect
      .poll(requests)
      .toEqual([
        'DESCRIBE /stream',
        'SETUP /stream/track1',
        'SETUP /stream/track2',
        'PLAY /stream/',
        'TEARDOWN /stream/',
      ]);
    const [, video, audio, start, end] = server!.requests;
    expect(video!.headers['transport']).toBe('RTP/AVP/TCP;unicast;interleaved=0-1');
    expect(audio!.headers).toMatchObject({ transport: 'RTP/AVP/TCP;unicast;interleaved=2-3', session: '12345678' });
    expect(start!.headers).toMatchObject({ range: 'npt=0.000-', session: '12345678' });
    expect(end!.headers).toMatchObject({ session: '12345678' });
    await expect.poll(() => server!.open).toBe(0);
  });

  it('hands on what comes on the channels of its tracks, also in front of the answer to PLAY', async () => {
    const bytes = `${packet(1, '\x80rtcp')}${packet(2, '\x80audio')}${packet(9, '\x80other')}`;
    const { rtp, rtcp } = await play({
      answers: {
        PLAY: { kind: 'raw', bytes: Buffer.from(`${packet(0, '\x80early')}RTSP/1.0 200 OK\r\n\r\n${bytes}`, 'latin1') },
      },
    });
    await expect.poll(() => rtp).toEqual(['0:\x80early', '1:\x80audio']);
    expect(rtcp).toEqual(['0:\x80rtcp']);
  });

  it.each([
    ['plain', false],
    ['encrypted', true],
  ])('loses nothing of what it reads in rounds, and hears of the end: %s', async (_, secure) => {
    const played = secure ? play({ tls: selfSigned('camera') }, { tls: { ignoreSignature: true } }) : play({});
    const { session, rtp, end } = await played;
    const sent: string[] = [];
    const send = (text: string): void => {
      server!.send('track1', [Buffer.from(text, 'latin1')]);
      sent.push(`0:${text}`);
    };
    for (let n = 0; n < 60; n++) {
      if (n % 20 === 5) session.readInRounds(n !== 45);
      send(`\x80\x60 packet ${n}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    session.readInRounds(true);
    await expect.poll(() => rtp).toEqual(sent);
    server!.drop();
    await expect.poll(end).toMatch(/^closed/);
  });

  it('tells of bytes that belong to nothing, and goes on', async () => {
    const { rtp, garbage } = await play({ answers: { PLAY: playing(`@@@@${packet(0, '\x80\x60rtp.....')}`) } });
    await expect.poll(() => rtp).toEqual(['0:\x80\x60rtp.....']);
    expect(garbage).toEqual([4]);
  });

  it.each<[string, string, number]>([
    ['the camera names', 'RTP/AVP/TCP;unicast;interleaved=4-5', 4],
    ['the camera names, with other words around', 'rtp/avp/tcp;interleaved=6-7;mode="PLAY";ssrc=1A', 6],
    ['were offered, when it names none', 'RTP/AVP/TCP;unicast', 0],
    ['were offered, when it sends no Transport', '', 0],
    ['were offered, when it names absurd ones', 'RTP/AVP/TCP;interleaved=300-301', 0],
  ])('uses the channels that %s', async (_, transport, channel) => {
    const { rtp } = await play({ answers: { SETUP: setUp(transport), PLAY: playing(packet(channel, '\x80a')) } });
    await expect.poll(() => rtp[0]).toBe('0:\x80a');
  });

  it('uses the channels of the offer for a track that is given those of another', async () => {
    const { rtp } = await play({
      answers: { SETUP: setUp('RTP/AVP/TCP;interleaved=0-1'), PLAY: playing(packet(2, '\x80a')) },
    });
    await expect.poll(() => rtp).toEqual(['1:\x80a']);
  });

  it.each<[string, Record<string, string>, string, string[]]>([
    [
      'Content-Base',
      { 'Content-Base': 'rtsp://10.0.0.9:99/base/' },
      'track1',
      ['rtsp://10.0.0.9:99/base/track1', 'rtsp://10.0.0.9:99/base/'],
    ],
    [
      'Content-Location',
      { 'Content-Location': 'rtsp://u:p@10.0.0.9/there' },
      'track1',
      ['rtsp://10.0.0.9/there/track1', 'rtsp://10.0.0.9/there'],
    ],
    ['the address', {}, 'track1', ['/stream/track1', '/stream']],
    ['the address, where the base is none', { 'Content-Base': '/stream/' }, '/track1', ['/stream/track1', '/stream']],
    ['itself', {}, 'rtsp://x:y@10.0.0.9/abs?z=1', ['rtsp://10.0.0.9/abs?z=1', '/stream']],
    [
      'a base with a query',
      { 'Content-Base': 'rtsp://10.0.0.9/a?b=c' },
      'trackID=0',
      ['rtsp://10.0.0.9/a?b=c/trackID=0', 'rtsp://10.0.0.9/a?b=c'],
    ],
    ['nothing', {}, '', ['/stream', '/stream']],
  ])('calls a track by its control and %s', async (_, headers, control, [track, whole]) => {
    const sdp = SDP.slice(0, SDP.indexOf('m=audio')).replace('a=control:track1', control && `a=control:${control}`);
    await play({ answers: { DESCRIBE: status(200, headers, sdp) } });
    expect(requests().slice(1, 3)).toEqual([`SETUP ${track}`, `PLAY ${whole}`]);
  });

  it('does without a track that the camera refuses, if it is not the video', async () => {
    const { refused } = await play({
      answers: { SETUP: ({ uri }) => (uri.endsWith('2') ? status(404) : { kind: 'usual' }) },
    });
    expect(refused).toEqual([1]);
    expect(requests()).toContain('PLAY /stream/');
  });

  it('plays each track by itself where the camera does not play all at once', async () => {
    await play({ answers: { PLAY: ({ uri }) => (/track\d$/.test(uri) ? { kind: 'usual' } : status(459)) } });
    expect(requests().filter((each) => each.startsWith('PLAY'))).toEqual([
      'PLAY /stream/',
      'PLAY /stream/track1',
      'PLAY /stream/track2',
    ]);
  });

  it('plays without a range where the camera refuses one', async () => {
    await play({ answers: { PLAY: ({ headers }) => (headers['range'] ? status(457) : { kind: 'usual' }) } });
    expect(requests().filter((each) => each.startsWith('PLAY'))).toHaveLength(2);
  });

  it.each<[string, FakeRtspOptions['answers'], RegExp]>([
    ['no TCP', { SETUP: status(461) }, /^protocol 461: .* refuses it \(461\); switch RTP over TCP on/],
    ['UDP instead', { SETUP: setUp('RTP/AVP;unicast;client_port=1-2') }, /^protocol 461: .* chooses another way/],
    ['no session', { SETUP: status(200) }, /^protocol malformed: .* names no session/],
    ['a refusal of the track', { SETUP: status(500) }, /^protocol 500: /],
    ['a refusal to play', { PLAY: status(455) }, /^protocol 455: /],
    ['no answer to PLAY', { PLAY: { kind: 'hang' } }, /^network timeout: .* did not answer PLAY/],
    ['an end instead of an answer', { SETUP: { kind: 'close' } }, /^network closed: .* instead of answering SETUP/],
    [
      'a redirect',
      { SETUP: status(302, { Location: 'rtsp://10.0.0.9/x' }) },
      /^protocol redirected: .*rtsp:\/\/10\.0\.0\.9/,
    ],
  ])('fails with %s', async (_, answers, expected) => {
    expect(await failureOf(play(answers ? { answers } : {}, { timeoutMs: 400 }))).toMatch(expected);
    await expect.poll(() => server!.open, { timeout: 60_000 }).toBeLessThanOrEqual(1);
  });
});

describe('keep-alive', () => {
  const timed = (session: string, answers: FakeRtspOptions['answers'] = {}): FakeRtspOptions => ({
    answers: { SETUP: setUp('RTP/AVP/TCP;interleaved=0-1', session), ...answers },
  });
  const alive = (): string[] =>
    server!.requests.map(({ method }) => method).filter((method) => /OPTIONS|GET_PARAMETER/.test(method));

  it('asks what the camera has, and then with GET_PARAMETER, within half of its time', async () => {
    await play(timed('1234;timeout=2'));
    await expect.poll(alive, { timeout: 60_000 }).toEqual(['OPTIONS', 'GET_PARAMETER', 'GET_PARAMETER']);
    const [last] = server!.requests.slice(-1);
    expect(last!.headers['session']).toBe('1234');
  });

  it('keeps to the time that the camera names with PLAY only', async () => {
    const transport = 'RTP/AVP/TCP;interleaved=0-1';
    await play({ answers: { SETUP: setUp(transport), PLAY: status(200, { Session: '1234;timeout=1' }) } });
    const first = (): string[] => alive().slice(0, 3);
    await expect.poll(first, { timeout: 60_000 }).toEqual(['OPTIONS', 'GET_PARAMETER', 'GET_PARAMETER']);
  });

  it.each<[string, FakeRtspOptions['answers']]>([
    ['has no GET_PARAMETER', { OPTIONS: status(200, { Public: 'DESCRIBE, PLAY' }) }],
    ['refuses both', { OPTIONS: status(400), GET_PARAMETER: status(400) }],
    ['refuses GET_PARAMETER', { GET_PARAMETER: status(405) }],
    ['does not answer GET_PARAMETER', { GET_PARAMETER: { kind: 'hang' } }],
  ])('goes on with OPTIONS where the camera %s', async (_, answers) => {
    const { end } = await play(timed('1234;timeout=1', answers));
    await expect.poll(() => alive().slice(-3), { timeout: 60_000 }).toEqual(['OPTIONS', 'OPTIONS', 'OPTIONS']);
    expect(alive().filter((method) => method === 'GET_PARAMETER').length).toBeLessThanOrEqual(1);
    expect(end()).toBeUndefined();
  });

  it('takes a late answer for none of the next', async () => {
    let sent: FakeRequest | undefined;
    const late = (request: FakeRequest): FakeAnswer => {
      const before = sent;
      sent = request;
      const answers = [before, request].filter((each) => each !== undefined);
      const text = answers.map(({ headers }) => `RTSP/1.0 200 OK\r\nCSeq: ${headers['cseq']}\r\n\r\n`).join('');
      return before === undefined ? { kind: 'hang' } : { kind: 'raw', bytes: text };
    };
    const { end } = await play(timed('1234;timeout=1', { OPTIONS: late, GET_PARAMETER: status(501) }));
    await expect.poll(() => alive().length, { timeout: 60_000 }).toBeGreaterThan(4);
    expect(end()).toBeUndefined();
  });

  it('says on which question the camera has hung up', async () => {
    const { end } = await play(timed('1234;timeout=1', { OPTIONS: { kind: 'close' } }));
    await expect
      .poll(end, { timeout: 60_000 })
      .toMatch(/^closed .* closed the connection instead of answering OPTIONS$/);
  });

  it('ends a session that the camera does not know any more', async () => {
    const { end } = await play(timed('1234;timeout=1', { OPTIONS: status(454), GET_PARAMETER: status(454) }));
    await expect.poll(end, { timeout: 60_000 }).toMatch(/^454 rtsp:.*454 Session Not Found/);
  });
});

describe('credentials in a session', () => {
  type Algorithm = 'MD5' | 'SHA-256';
  const nc = (request: FakeRequest): string => /nc=(\w+)/.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
  const isRight = ({ method, uri, headers }: FakeRequest, nonce: string, algorithm: Algorithm): boolean => {
    const hash = (text: string): string => createHash(algorithm.replace('-', '')).update(text).digest('hex');
    const given = headers['authorization'] ?? '';
    const cnonce = /cnonce="(\w+)"/.exec(given)?.[1] ?? '';
    const count = /nc=(\w+)/.exec(given)?.[1] ?? '';
    const expected = hash(
      `${hash('viewer:cam:s3cret-word')}:${nonce}:${count}:${cnonce}:auth:${hash(`${method}:${uri}`)}`,
    );
    return given.includes(`response="${expected}"`);
  };
  /** Wants a digest for every request; the nonce is good for so many. */
  const guarded = (uses: number, algorithm: Algorithm = 'MD5'): FakeRtspOptions['answers'] => {
    let number = 1;
    let used = 0;
    const answer = (request: FakeRequest): FakeAnswer => {
      if (used < uses && isRight(request, `n${number}`, algorithm)) {
        used++;
        return { kind: 'usual' };
      }
      const stale = used > 0 ? ', stale=true' : '';
      if (used > 0) number++;
      used = 0;
      const challenge = `Digest realm="cam", nonce="n${number}", qop="auth", algorithm=${algorithm}${stale}`;
      return status(401, { 'WWW-Authenticate': challenge });
    };
    return { DESCRIBE: answer, SETUP: answer, PLAY: answer, OPTIONS: answer, TEARDOWN: answer };
  };

  it.each(['MD5', 'SHA-256'] as const)('are asked for once and counted: %s', async (algorithm) => {
    const { session } = await play({ answers: guarded(100, algorithm) ?? {} }, { credentials: CREDENTIALS });
    session.close();
    await expect.poll(() => server!.requests.at(-1)!.method).toBe('TEARDOWN');
    expect(server!.requests.map(nc)).toEqual(['', '00000001', '00000002', '00000003', '00000004', '00000005']);
  });

  it('are given anew for each new nonce', async () => {
    await play({ answers: guarded(1) ?? {} }, { credentials: CREDENTIALS });
    const methods = server!.requests.map(({ method }) => method);
    expect(methods).toEqual(['DESCRIBE', 'DESCRIBE', 'SETUP', 'SETUP', 'SETUP', 'SETUP', 'PLAY', 'PLAY']);
  });

  it('that are wrong are tried once', async () => {
    const wrong = { ...CREDENTIALS, password: 'another' };
    const failure = await failureOf(play({ answers: guarded(100) ?? {} }, { credentials: wrong }));
    expect(failure).toMatch(/^auth 401: .* refused the user name or password/);
    expect(server!.requests).toHaveLength(2);
  });
});

describe('what a camera asks', () => {
  const answersTo = async (request: string): Promise<string> => {
    let heard = '';
    const { session } = await play({
      answers: {
        PLAY: { kind: 'raw', bytes: `RTSP/1.0 200 OK\r\n\r\n${request} RTSP/1.0\r\nCSeq: 77\r\n\r\n` },
        'RTSP/1.0': ({ headers, uri }) => {
          heard = `${uri} ${headers['cseq']} ${headers['session']}`;
          return { kind: 'hang' };
        },
      },
    });
    await expect.poll(() => heard).not.toBe('');
    session.close();
    return heard;
  };

  it.each([
    ['OPTIONS *', '200 77 12345678'],
    ['GET_PARAMETER rtsp://10.0.0.9/x', '200 77 12345678'],
    ['SET_PARAMETER rtsp://10.0.0.9/x', '200 77 12345678'],
    ['ANNOUNCE rtsp://10.0.0.9/x', '200 77 12345678'],
    ['RECORD rtsp://10.0.0.9/x', '501 77 12345678'],
  ])('is answered: %s', async (request, answer) => {
    expect(await answersTo(request)).toBe(answer);
  });

  it.each([
    ['TEARDOWN rtsp://x/ RTSP/1.0\r\n\r\n', /^closed .* closed the connection$/],
    ['REDIRECT rtsp://x/ RTSP/1.0\r\nLocation: rtsp://10.0.0.9/y\r\n\r\n', /^redirected .*rtsp:\/\/10\.0\.0\.9:554/],
  ])('ends the session: %s', async (request, expected) => {
    const { end } = await play({ answers: { PLAY: { kind: 'raw', bytes: `RTSP/1.0 200 OK\r\n\r\n${request}` } } });
    await expect.poll(end).toMatch(expected);
  });

  it('and the end of the connection end the session, once', async () => {
    const { end } = await play({});
    server!.drop();
    await expect.poll(end).toMatch(/^(closed|ECONNRESET) /);
  });
});
