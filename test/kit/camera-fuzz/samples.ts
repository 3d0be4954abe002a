import { Random } from '../../../bench/chaos/random.js';
import type { AudioMedia } from '../../../bridge/rtp/audio-format.js';

const texts = (...all: string[]): Buffer[] => all.map((text) => Buffer.from(text.replaceAll('\n', '\r\n')));

const VIDEO_SDP = `v=0
o=- 1 1 IN IP4 10.0.0.1
s=Media Presentation
b=AS:5050
t=0 0
a=control:rtsp://10.0.0.1/stream/
m=video 0 RTP/AVP 96
c=IN IP4 0.0.0.0
a=rtpmap:96 H264/90000
a=fmtp:96 profile-level-id=420029; packetization-mode=1; sprop-parameter-sets=Z0LADNkBQfsBEAAAAwAQAAADAeDxQqSA,aMuDyyA=
a=control:trackID=1
m=audio 0 RTP/AVP 104
a=rtpmap:104 mpeg4-generic/16000/1
a=fmtp:104 profile-level-id=15; streamtype=5; mode=AAC-hbr; config=1408; SizeLength=13; IndexLength=3; IndexDeltaLength=3
a=recvonly
a=control:trackID=2
m=application 0 RTP/AVP 107
a=rtpmap:107 vnd.onvif.metadata/90000
`;

export const SDPS: readonly Buffer[] = texts(
  VIDEO_SDP,
  `v=0
m=video 0 RTP/AVP 98
a=rtpmap:98 H265/90000
a=fmtp:98 sprop-vps=QAEMAf//AWAAAAMAkAAAAwAAAwA8lZgJ; sprop-sps=QgEBAWAAAAMAkAAAAwAAAwA8oAoIDBZZZmkyvA==; sprop-pps=RAHBcrRiQA==
a=control:track1
m=audio 0 RTP/AVP 0 8 97 98
a=rtpmap:97 G726-32/8000
a=rtpmap:98 opus/48000/2
a=fmtp:98 sprop-stereo=1
`,
  `v=0
m=video 0 RTP/AVP 26
m=audio 0 RTP/AVP 96
a=rtpmap:96 MP4A-LATM/48000/2
a=fmtp:96 cpresent=0;config=400023203fc0
m=audio 0 RTP/AVP 97
a=rtpmap:97 L16/44100/2
a=sendonly
`,
);

export const MESSAGES: readonly Buffer[] = [
  ...texts(
    'RTSP/1.0 200 OK\nCSeq: 2\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN\n\n',
    `RTSP/1.0 200 OK\nCSeq: 3\nContent-Type: application/sdp\nContent-Length: ${Buffer.byteLength(VIDEO_SDP)}\n\n${VIDEO_SDP}`,
    `RTSP/1.0 200 OK\nCSeq: 3\nContent-Base: rtsp://10.0.0.1/stream/\n\n${VIDEO_SDP}`,
    'RTSP/1.0 401 Unauthorized\nCSeq: 1\nWWW-Authenticate: Digest realm="cam", nonce="01", qop="auth"\nWWW-Authenticate: Basic realm="cam"\n\n',
    'RTSP/1.0 200 OK\nCSeq: 4\nSession: 1234;timeout=60\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=1\n\n',
    'HTTP/1.0 200 OK\nContent-Type: application/x-rtsp-tunnelled\n\n',
    'OPTIONS rtsp://10.0.0.1/stream RTSP/1.0\nCSeq: 1\n\n',
    'ANNOUNCE rtsp://10.0.0.1/stream RTSP/1.0\nCSeq: 2\nContent-Length: 4\n\nv=0\n',
    'REDIRECT rtsp://10.0.0.1/stream RTSP/1.0\nCSeq: 3\nLocation: rtsp://10.0.0.2/\n folded\n\n',
  ),
  Buffer.from([0x24, 0, 0, 16, 0x80, 96, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7, 0x65, 0x88, 0x80, 0x10]),
  Buffer.from([0x24, 1, 0, 8, 0x80, 203, 0, 1, 0, 0, 0, 7]),
];

export const RTCP: readonly Buffer[] = [
  '80c80006000000070000000100000002000000030000000400000005',
  '81c8000c0000000783aa7e80000000000000000400000005000000060000000800000000000000000000000000000000000000000',
  '80c80006000000070000000100000002000000030000000400000005' + '81ca0004000000070104746573740000' + '81cb000100000007',
].map((hex) => Buffer.from(hex, 'hex'));

/** One of each kind. */
export const AUDIO_FORMATS: readonly AudioMedia[] = [
  { encoding: 'PCMU', fmtp: {} },
  { encoding: 'L16', clockRate: 44_100, channels: 2, fmtp: {} },
  { encoding: 'G726-24', fmtp: {} },
  { encoding: 'OPUS', fmtp: {} },
  { encoding: 'MPA', fmtp: {} },
  {
    encoding: 'MPEG4-GENERIC',
    fmtp: { mode: 'AAC-hbr', config: '1408', sizelength: '13', indexlength: '3', indexdeltalength: '3' },
  },
  {
    encoding: 'MPEG4-GENERIC',
    fmtp: {
      config: '1210',
      sizelength: '13',
      indexlength: '3',
      indexdeltalength: '3',
      ctsdeltalength: '7',
      auxiliarydatasizelength: '8',
    },
  },
  { encoding: 'MP4A-LATM', fmtp: { cpresent: '0', config: '400023203fc0' } },
];

const random = new Random(1);
const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => random.below(256)));

export const AUDIO_PAYLOADS: readonly Buffer[] = [
  noise(160),
  // Two AU headers of 16 bits, and frames of 20 and 30 bytes.
  Buffer.concat([Buffer.from([0, 32, 0, 160, 0, 240]), noise(50)]),
  // A part of a longer frame.
  Buffer.concat([Buffer.from([0, 16, 0x10, 0]), noise(300)]),
  // LATM: lengths in front of frames.
  Buffer.concat([Buffer.from([40]), noise(40), Buffer.from([255, 10]), noise(265)]),
  // MPEG audio: offset, then a frame of layer 3 at 64 kbit/s.
  Buffer.concat([Buffer.from([0, 0, 0, 0, 0xff, 0xfb, 0x50, 0xc4]), noise(205)]),
  // Opus: two frames of equal length.
  Buffer.concat([Buffer.from([0x79]), noise(80)]),
];

/** A document in one packet, and in two. */
export const DOCUMENTS: readonly Buffer[] = [
  '<?xml version="1.0"?><tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema"><tt:Event/></tt:MetadataStream>',
  '<tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema"><tt:Event><wsnt:NotificationMessage>',
  '</wsnt:NotificationMessage></tt:Event></tt:MetadataStream>',
].map((text) => Buffer.from(text));
