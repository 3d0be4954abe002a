import type { VideoCodec } from '../types.js';
import type { SdpMedia } from './types.js';

const MAX_MEDIA = 64;

/** Payload types that need no rtpmap (RFC 3551). */
const STATIC_TYPES: Record<number, readonly [encoding: string, clockRate: number]> = {
  0: ['PCMU', 8000],
  3: ['GSM', 8000],
  4: ['G723', 8000],
  8: ['PCMA', 8000],
  9: ['G722', 8000],
  10: ['L16', 44100],
  11: ['L16', 44100],
  14: ['MPA', 90000],
  26: ['JPEG', 90000],
  31: ['H261', 90000],
  32: ['MPV', 90000],
  33: ['MP2T', 90000],
  34: ['H263', 90000],
};

interface Section {
  media: string;
  payloadType: number;
  rtpmap: Map<number, readonly [encoding: string, clockRate: number | undefined]>;
  fmtp: Map<number, Record<string, string>>;
}

/** Reads the media of a session description (RFC 8866). Lines that make no sense are passed over: cameras send many. */
export const parseSdp = (sdp: string): SdpMedia[] => {
  const sections: Section[] = [];
  for (const line of sdp.split(/\r\n|\r|\n/)) {
    const value = line.slice(2).trim();
    const current = sections.at(-1);
    if (line.startsWith('m=')) {
      if (sections.length === MAX_MEDIA) break;
      const section = parseMedia(value);
      if (section) sections.push(section);
    } else if (line.startsWith('a=rtpmap:') && current) {
      const match = /^rtpmap:\s*(\d{1,3})\s+([^/\s]+)(?:\/(\d{1,9}))?/i.exec(value);
      if (match)
        current.rtpmap.set(Number(match[1]), [match[2]!.toUpperCase(), match[3] ? Number(match[3]) : undefined]);
    } else if (line.startsWith('a=fmtp:') && current) {
      const match = /^fmtp:\s*(\d{1,3})\s(.*)$/i.exec(value);
      if (match) current.fmtp.set(Number(match[1]), parseFmtp(match[2]!));
    }
  }
  return sections.map(toMedia);
};

const parseMedia = (value: string): Section | undefined => {
  // media, port[/count], transport, formats; an application's format may be a word.
  const [media, , , format] = value.split(/\s+/);
  if (!media) return undefined;
  const payloadType = /^\d{1,3}$/.test(format ?? '') ? Number(format) : -1;
  return { media: media.toLowerCase(), payloadType, rtpmap: new Map(), fmtp: new Map() };
};

const parseFmtp = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map((part) => {
        // Only the first = divides: base64 ends with others.
        const equals = part.indexOf('=');
        return equals < 0
          ? [part.toLowerCase(), '']
          : [part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim()];
      }),
  );

const toMedia = ({ media, payloadType, rtpmap, fmtp }: Section): SdpMedia => {
  const [encoding, clockRate] = rtpmap.get(payloadType) ?? STATIC_TYPES[payloadType] ?? ['', undefined];
  return {
    media,
    encoding,
    payloadType,
    ...(clockRate === undefined ? {} : { clockRate }),
    fmtp: fmtp.get(payloadType) ?? {},
  };
};

const CODECS: ReadonlyMap<string, VideoCodec> = new Map([
  ['H264', 'h264'],
  ['H265', 'h265'],
]);

/** The first video that we can take. */
export const chooseVideo = (media: readonly SdpMedia[]): { codec: VideoCodec; media: SdpMedia } | undefined => {
  for (const each of media) {
    const codec = each.media === 'video' ? CODECS.get(each.encoding) : undefined;
    if (codec) return { codec, media: each };
  }
  return undefined;
};
