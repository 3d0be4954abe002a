import type { SdpFormat, SdpMedia, SessionDescription } from './types.js';

const MAX_MEDIA = 64;
const MAX_FORMATS = 32;

/** Payload types that need no rtpmap (RFC 3551). */
const STATIC_TYPES: Record<number, readonly [encoding: string, clockRate: number, channels?: number]> = {
  0: ['PCMU', 8000],
  3: ['GSM', 8000],
  4: ['G723', 8000],
  8: ['PCMA', 8000],
  9: ['G722', 8000],
  10: ['L16', 44100, 2],
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
  payloadTypes: number[];
  rtpmap: Map<number, Omit<SdpFormat, 'payloadType' | 'fmtp'>>;
  fmtp: Map<number, Record<string, string>>;
  control?: string;
  direction?: SdpMedia['direction'];
}

/** Reads a session description (RFC 8866). Lines that make no sense are passed over: cameras send many. */
export const parseSdp = (sdp: string): SessionDescription => {
  const sections: Section[] = [];
  let control: string | undefined;
  for (const line of sdp.split(/\r\n|\r|\n/)) {
    const value = line.slice(2).trim();
    if (line.startsWith('m=')) {
      if (sections.length === MAX_MEDIA) break;
      const section = parseMedia(value);
      if (section) sections.push(section);
    } else if (line.startsWith('a=')) {
      const section = sections.at(-1);
      if (section) readAttribute(section, value);
      else control ??= controlIn(value);
    }
  }
  return { ...(control === undefined ? {} : { control }), media: sections.map(toMedia) };
};

const parseMedia = (value: string): Section | undefined => {
  // media, port[/count], transport, formats; an application's format may be a word.
  const [media, , , ...formats] = value.split(/\s+/, 3 + MAX_FORMATS);
  if (!media) return undefined;
  const payloadTypes = formats.filter((format) => /^\d{1,3}$/.test(format)).map(Number);
  return { media: media.toLowerCase(), payloadTypes, rtpmap: new Map(), fmtp: new Map() };
};

const readAttribute = (section: Section, value: string): void => {
  const rtpmap = /^rtpmap:\s*(\d{1,3})\s+([^/\s]+)(?:\/(\d{1,9}))?(?:\/(\d{1,2}))?/i.exec(value);
  if (rtpmap) {
    const [, payloadType, encoding, clockRate, channels] = rtpmap;
    section.rtpmap.set(Number(payloadType), {
      encoding: encoding!.toUpperCase(),
      ...(clockRate ? { clockRate: Number(clockRate) } : {}),
      ...(channels ? { channels: Number(channels) } : {}),
    });
    return;
  }
  const fmtp = /^fmtp:\s*(\d{1,3})\s(.*)$/i.exec(value);
  if (fmtp) section.fmtp.set(Number(fmtp[1]), parseFmtp(fmtp[2]!));
  const direction = /^(sendonly|recvonly|sendrecv|inactive)$/i.exec(value)?.[1]?.toLowerCase();
  if (direction) section.direction = direction as NonNullable<SdpMedia['direction']>;
  const control = controlIn(value);
  if (control !== undefined) section.control ??= control;
};

const controlIn = (value: string): string | undefined => /^control:\s*(\S+)$/i.exec(value)?.[1];

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

const toMedia = ({ media, payloadTypes, rtpmap, fmtp, control, direction }: Section): SdpMedia => ({
  media,
  formats: payloadTypes.map((payloadType): SdpFormat => {
    const [encoding, clockRate, channels] = STATIC_TYPES[payloadType] ?? [''];
    return {
      payloadType,
      ...(rtpmap.get(payloadType) ?? {
        encoding,
        ...(clockRate === undefined ? {} : { clockRate }),
        ...(channels === undefined ? {} : { channels }),
      }),
      fmtp: fmtp.get(payloadType) ?? {},
    };
  }),
  ...(control === undefined ? {} : { control }),
  ...(direction === undefined ? {} : { direction }),
});
