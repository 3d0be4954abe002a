import { headerOf, type Response } from './message.js';

/** What a camera says of a track that has been set up. */
export interface TrackTransport {
  /** Of RTP; RTCP has the next one. */
  channel: number;
  rtcpChannel: number;
}

/** The offer for the track with this index: RTP and RTCP in the connection. */
export const transportOffer = (index: number): string =>
  `Transport: RTP/AVP/TCP;unicast;interleaved=${2 * index}-${2 * index + 1}`;

/**
 * Reads the `Transport` of an answer to SETUP. The camera has the last word on the channels; where it says nothing, or
 * names some that another track has, those of the offer are taken. Undefined: it has chosen something other than TCP.
 *
 * @param taken channels of the tracks before
 */
export const readTransport = (
  index: number,
  answer: Response,
  taken: { has(channel: number): boolean },
): TrackTransport | undefined => {
  const offered = { channel: 2 * index, rtcpChannel: 2 * index + 1 };
  const text = headerOf(answer, 'transport');
  if (text === undefined) return offered;
  const channels = /;\s*interleaved\s*=\s*(\d{1,3})(?:\s*-\s*(\d{1,3}))?/i.exec(text);
  if (channels === null) return /^\s*RTP\/S?AVPF?(?!\/TCP)/i.test(text) ? undefined : offered;
  const channel = Number(channels[1]);
  const rtcpChannel = channels[2] === undefined ? channel + 1 : Number(channels[2]);
  const sound = channel < 256 && rtcpChannel < 256 && channel !== rtcpChannel && !taken.has(channel);
  return sound ? { channel, rtcpChannel } : offered;
};

/** Of the `Session` of an answer (RFC 2326 12.37). Its time is undefined where the camera does not say it. */
export const readSession = (answer: Response): { id: string; timeoutMs: number | undefined } | undefined => {
  const [id = '', ...parameters] = (headerOf(answer, 'session') ?? '').split(';').map((part) => part.trim());
  if (id === '') return undefined;
  const seconds = parameters.map((each) => /^timeout\s*=\s*(\d{1,9})/i.exec(each)?.[1]).find((each) => each);
  return { id: id.slice(0, 256), timeoutMs: 1000 * Number(seconds ?? 0) || undefined };
};
