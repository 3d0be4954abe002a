import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, describe as suite } from 'vitest';
import { authorize, bestChallenge, parseChallenges } from '../../bridge/rtsp/authorization.js';
import { parseSdp } from '../../bridge/rtsp/sdp.js';
import { corporaMissing, corpusFiles, goFuzzCases } from '../kit/corpora.js';
import { describeCamera } from '../kit/describe-camera.js';
import { type FakeAnswer, type FakeRtspServer, startFakeRtspServer } from '../kit/fake-rtsp-server.js';

const PASSWORD = 'p4ss-that-never-shows';
const KINDS = ['auth', 'protocol', 'network', 'tls', 'format', 'aborted'];

const sound = fc
  .record({
    status: fc.integer({ min: 100, max: 599 }),
    headers: fc.array(fc.tuple(fc.stringMatching(/^[A-Za-z-]{1,12}$/), fc.stringMatching(/^[ -~]{0,30}$/)), {
      maxLength: 6,
    }),
    body: fc.string({ maxLength: 200 }),
    lineEnd: fc.constantFrom('\r\n', '\n'),
    noise: fc.constantFrom('', '\r\n', '$\0\0\x03abc'),
  })
  .map(({ status, headers, body, lineEnd, noise }) => {
    const lines = [`RTSP/1.0 ${status} Reason`, ...headers.map(([name, value]) => `X-${name}: ${value}`)];
    const content = Buffer.from(body);
    const head = [...lines, `Content-Length: ${content.length}`, '', ''].join(lineEnd);
    return { status, body, bytes: Buffer.concat([Buffer.from(noise + head, 'latin1'), content]) };
  });

/** Sound answers with bytes changed, cut out and put in. */
const mutated = fc
  .tuple(
    sound,
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 3 }), fc.uint8Array({ maxLength: 4 })), { maxLength: 6 }),
  )
  .map(([{ bytes }, edits]) => {
    let changed: Buffer = bytes;
    for (const [place, remove, insert] of edits) {
      const at = place % (changed.length + 1);
      changed = Buffer.concat([changed.subarray(0, at), insert, changed.subarray(at + remove)]);
    }
    return changed;
  });

suite('texts of the other side', () => {
  it('never break the parsers, and never leave their header', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 300, unit: 'binary' }),
      fc
        .array(
          fc.constantFrom(
            'Digest ',
            'Basic ',
            'realm=',
            'nonce=',
            '"',
            '\\',
            ',',
            '=',
            'qop=',
            'auth',
            'v=0\n',
            'm=video 0 RTP/AVP 96\n',
            'a=rtpmap:96 ',
            'H264/90000\n',
            'a=fmtp:96 ',
            ';',
            '\r\n',
          ),
          { maxLength: 60 },
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        const { media } = parseSdp(given);
        expect(media.every(({ formats }) => formats.length <= 32)).toBe(true);
        const challenge = bestChallenge(parseChallenges([given]));
        if (!challenge) return;
        const answer = authorize(
          challenge,
          { username: 'u', password: PASSWORD },
          { method: 'DESCRIBE', uri: 'rtsp://c/' },
        );
        expect(answer).not.toMatch(/[\r\n]/);
        expect(answer).not.toContain(PASSWORD);
      }),
      { numRuns: 1000 },
    );
  });
});

suite('the question to a camera', () => {
  let server: FakeRtspServer;
  let answer: FakeAnswer;
  beforeAll(async () => {
    server = await startFakeRtspServer({ answers: { DESCRIBE: () => answer } });
  });
  afterAll(() => server.close());

  /** One question to a server that answers with these bytes; whatever they are, there is a result of the right form. */
  const askWith = async (bytes: Uint8Array, after: 'hold' | 'close'): Promise<void> => {
    answer = { kind: 'raw', bytes, after };
    const credentials = { username: 'u', password: PASSWORD };
    const result = await describeCamera({ url: server.url, transport: 'tcp', timeoutMs: 60, credentials });
    if (result.ok) {
      expect(result.tracks[0]!.kind).toBe('video');
    } else {
      expect(KINDS).toContain(result.failure.kind);
      expect(result.failure.code).not.toBe('internal');
      expect(result.failure.message).not.toContain(PASSWORD);
      expect(result.failure.message).toMatch(/^[\x20-\x7e]+$/);
    }
  };

  it('ends with a result for any answer', async () => {
    const answers = fc.oneof(mutated, fc.uint8Array({ maxLength: 300 }));
    await fc.assert(fc.asyncProperty(answers, fc.constantFrom('hold', 'close'), askWith), { numRuns: 150 });
  });

  it.skipIf(corporaMissing())(`ends with a result for the public corpora ${corporaMissing() ?? ''}`, async () => {
    const cases = [
      ...goFuzzCases('base'),
      ...goFuzzCases('headers'),
      ...corpusFiles('rtsp_seeds_profuzzbench', (name) => name.endsWith('.raw')),
    ].map(({ bytes }) => bytes);
    const descriptions = [...goFuzzCases('sdpunmarshaler'), ...goFuzzCases('description')].map(({ bytes }) =>
      Buffer.concat([Buffer.from(`RTSP/1.0 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`), bytes]),
    );
    const challenges = goFuzzCases('headers').map(({ bytes }) =>
      Buffer.concat([Buffer.from('RTSP/1.0 401 No\r\nWWW-Authenticate: '), bytes, Buffer.from('\r\n\r\n')]),
    );
    expect(cases.length + descriptions.length).toBeGreaterThan(100);
    for (const bytes of [...cases, ...descriptions, ...challenges]) await askWith(bytes, 'close');
    for (const bytes of cases.slice(0, 30)) await askWith(bytes, 'hold');
  });
});
