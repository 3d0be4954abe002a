import { goFuzzCases, h264Files } from './corpora.js';
import { corruptBytes, fakeMedia, seeded } from './fake-media.js';
import type { FakeAnswer, FakeRtspOptions } from './fake-rtsp-server.js';
import { isKeyNal, nalType } from './h264-bytes.js';

/** A camera that a recording engine must survive, and what its stream does to one that connects. */
export interface BadCamera {
  name: string;
  options: FakeRtspOptions;
  /** `refused`: nothing to play, DESCRIBE fails or SETUP and PLAY do; `plays`: packets come, if bad ones. */
  outcome: 'refused' | 'plays';
}

const describeWith = (answer: FakeAnswer): FakeRtspOptions => ({ answers: { DESCRIBE: answer } });
const raw = (bytes: string | Uint8Array, after: 'hold' | 'close' = 'close'): FakeAnswer => ({
  kind: 'raw',
  bytes,
  after,
});
const endless = function* (piece: string): Generator<string> {
  for (;;) yield piece;
};

/** Cameras that refuse, babble, hang, or offer what cannot be taken. None of them needs a corpus. */
export const refusingCameras = (): BadCamera[] => {
  const cases: [string, FakeRtspOptions][] = [
    [
      'wants credentials',
      describeWith({ kind: 'status', status: 401, headers: { 'WWW-Authenticate': 'Basic realm="c"' } }),
    ],
    ['forbids', describeWith({ kind: 'status', status: 403 })],
    ['knows no such stream', describeWith({ kind: 'status', status: 404 })],
    ['is overloaded', describeWith({ kind: 'status', status: 503 })],
    ['speaks HTTP', describeWith(raw('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'))],
    ['speaks SSH', { greeting: { bytes: 'SSH-2.0-dropbear\r\n', after: 'hang' } }],
    ['hangs up at once', { greeting: { after: 'close' } }],
    ['never answers', describeWith({ kind: 'hang' })],
    ['never reads', { greeting: { after: 'hang' } }],
    ['sends headers without end', describeWith({ kind: 'drip', pieces: endless('X-Filler: y\r\n'), everyMs: 1 })],
    [
      'promises a body of 4 GB',
      describeWith(raw('RTSP/1.0 200 OK\r\nContent-Length: 4294967296\r\n\r\nv=0\r\n', 'hold')),
    ],
    ['closes in mid-body', describeWith(raw('RTSP/1.0 200 OK\r\nContent-Length: 800\r\n\r\nv=0\r\nm=vid'))],
    ['offers MJPEG only', { sdp: 'v=0\r\nm=video 0 RTP/AVP 26\r\na=control:t\r\n' }],
    ['offers audio only', { sdp: 'v=0\r\nm=audio 0 RTP/AVP 8\r\na=control:t\r\n' }],
    ['describes nothing', { sdp: 'v=0\r\n' }],
  ];
  return cases.map(([name, options]) => ({ name, options, outcome: 'refused' }));
};

/** Cameras that describe a good stream and then fail at SETUP or PLAY, or play a bad one. `stream`: sound Annex B bytes. */
export const failingCameras = (stream: Uint8Array): BadCamera[] => {
  const media = fakeMedia(stream);
  const refused: [string, FakeRtspOptions][] = [
    ['refuses SETUP', { media, answers: { SETUP: { kind: 'status', status: 461 } } }],
    ['has lost the session at PLAY', { media, answers: { PLAY: { kind: 'status', status: 454 } } }],
    ['hangs at SETUP', { media, answers: { SETUP: { kind: 'hang' } } }],
    ['hangs at PLAY', { media, answers: { PLAY: { kind: 'hang' } } }],
    ['closes at PLAY', { media, answers: { PLAY: { kind: 'close' } } }],
    ['plays nothing', { media: { sdp: media.sdp, *bursts() {} } }],
  ];
  const random = seeded(11);
  const alter = (change: (nals: Uint8Array[], index: number) => Uint8Array[]): FakeRtspOptions => ({
    media: fakeMedia(stream, { alter: change }),
  });
  const plays: [string, FakeRtspOptions][] = [
    ['corrupts every picture', alter((nals) => nals.map((nal) => corruptBytes(nal, 0.03, random, 1)))],
    ['corrupts NAL headers', alter((nals) => nals.map((nal) => corruptBytes(nal, 0.001, random)))],
    ['cuts pictures short', alter((nals) => nals.map((nal) => nal.subarray(0, 1 + Math.floor(random() * nal.length))))],
    [
      'loses every keyframe but the first',
      alter((nals, index) => (index > 0 && nals.some((nal) => isKeyNal(nal)) ? [] : nals)),
    ],
    ['never sends a keyframe', alter((nals) => (nals.some((nal) => isKeyNal(nal)) ? [] : nals))],
    [
      'never sends parameter sets',
      {
        media: fakeMedia(stream, {
          bareSdp: true,
          alter: (nals) => nals.filter((nal) => nalType(nal) !== 7 && nalType(nal) !== 8),
        }),
      },
    ],
    [
      'corrupts parameter sets',
      alter((nals) => nals.map((nal) => (nalType(nal) === 7 ? corruptBytes(nal, 0.5, random, 1) : nal))),
    ],
    [
      'loses a fifth of its packets',
      { media: fakeMedia(stream, { alterPacket: (packet) => (random() < 0.2 ? undefined : packet) }) },
    ],
    [
      'corrupts RTP headers',
      {
        media: fakeMedia(stream, {
          alterPacket: (packet) => (random() < 0.1 ? Buffer.from(corruptBytes(packet, 0.1, random)) : packet),
        }),
      },
    ],
    [
      'jumps an hour ahead and back',
      { media: fakeMedia(stream, { timeOf: (index) => index / 25 + (index % 100 >= 50 ? 3600 : 0) }) },
    ],
    ['lets the timestamp stand still', { media: fakeMedia(stream, { timeOf: () => 0 }) }],
    [
      'goes back in time at every picture',
      { media: fakeMedia(stream, { timeOf: (index) => -index / 25, firstTimestamp: 2 ** 31 }) },
    ],
    ['wraps its timestamp', { media: fakeMedia(stream, { firstTimestamp: 2 ** 32 - 90_000 }) }],
    [
      'stalls for ever after two seconds',
      { media: fakeMedia(stream, { sendAt: (index) => (index < 50 ? index / 25 : 1e9) }) },
    ],
    ['floods at forty times real time', { media: fakeMedia(stream, { sendAt: (index) => index / 1000 }) }],
  ];
  return [
    ...refused.map(([name, options]) => ({ name, options, outcome: 'refused' as const })),
    ...plays.map(([name, options]) => ({ name, options, outcome: 'plays' as const })),
  ];
};

/** Cameras made of the public corpora: their answers, descriptions, RTP payloads and H.264 streams. */
export const corpusCameras = (stream: Uint8Array): BadCamera[] => {
  const payloads = goFuzzCases('format/rtph264').map(({ bytes }) => bytes);
  const mixed = fakeMedia(stream, {
    alterPacket: (packet, sequence) =>
      sequence % 3 === 0
        ? Buffer.concat([packet.subarray(0, 12), payloads[(sequence / 3) % payloads.length]!])
        : packet,
  });
  return [
    ...goFuzzCases('base').map(({ name, bytes }) => ({
      name: `answer ${name}`,
      options: describeWith(raw(bytes)),
      outcome: 'refused' as const,
    })),
    ...goFuzzCases('sdpunmarshaler').map(({ name, bytes }) => ({
      name: `description ${name}`,
      options: { sdp: bytes.toString('latin1') },
      outcome: 'refused' as const,
    })),
    ...h264Files().map(({ name, bytes }) => ({
      name: `stream ${name}`,
      options: { media: fakeMedia(bytes) },
      outcome: 'plays' as const,
    })),
    { name: 'RTP payloads of the corpus', options: { media: mixed }, outcome: 'plays' as const },
  ];
};
