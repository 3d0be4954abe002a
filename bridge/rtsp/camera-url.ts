import { isIP } from 'node:net';
import type { Credentials } from './authorization.js';

/** Where a camera is and what it is asked for. */
export interface CameraUrl {
  secure: boolean;
  /** Without the brackets of IPv6. */
  host: string;
  port: number;
  /** Path and query with the leading slash, letter by letter: cameras compare them as they stand. */
  path: string;
  /** The whole URL without credentials and fragment: the URI of a request. */
  uri: string;
  /** For messages, events and metrics: without credentials, and without the query, where some cameras want a password. */
  label: string;
  credentials?: Credentials;
}

const RTSP_PORTS = { rtsp: 554, rtsps: 322 } as const;

/** Authority, path and query; a fragment is left out. */
const URL_PARTS = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^#]*)/i;
const HOST_PORT = /^(?:\[([^[\]]*)\]|([!$&-.0-9;=A-Z_a-z~]*))(?::(\d{0,5}))?$/;
/** Behind these characters an @ no longer ends credentials, as whoever pasted them means it to. */
const CUT_PASSWORD = 'has a /, ? or # in its user name or password, where they are written %2F, %3F and %23';
const UNPRINTABLE = /[^\x21-\x7e]+/g;

/**
 * Reads a camera's URL as people write it. What cannot stand in a request line is percent-encoded; credentials are taken
 * out and decoded.
 *
 * @throws TypeError whose message says what is wrong, as in "has no host", without repeating the URL
 */
export const readCameraUrl = (written: string): CameraUrl => readNetworkUrl(written, RTSP_PORTS);

/**
 * The same for other protocols.
 * @param ports the schemes that are supported, with the ports that are meant if none is named; TLS has an s at its end
 */
export const readNetworkUrl = (written: string, ports: Readonly<Record<string, number>>): CameraUrl => {
  const [, scheme = '', authority = '', rest = ''] = URL_PARTS.exec(written.trim()) ?? [];
  const protocol = scheme.toLowerCase();
  if (protocol === '') throw new TypeError('is not a URL');
  const usualPort = Object.hasOwn(ports, protocol) ? ports[protocol] : undefined;
  if (usualPort === undefined) {
    throw new TypeError(`has the scheme '${protocol}'; only ${Object.keys(ports).join(' and ')} are supported`);
  }
  // The last @ ends the credentials: a password may hold others.
  const at = authority.lastIndexOf('@');
  const place = HOST_PORT.exec(authority.slice(at + 1));
  // Of a path and a query an @ may be a part; nobody writes one into a fragment, which cameras know nothing of.
  const meant = place === null ? authority.length : authority.length + rest.length;
  if (written.trim().lastIndexOf('@') > `${scheme}://`.length + meant) throw new TypeError(CUT_PASSWORD);
  if (place === null) throw new TypeError('is not a URL');
  const [, address, name, portText] = place;
  const host = address ?? name ?? '';
  if (host === '') throw new TypeError('has no host');
  if (address !== undefined && isIP(address) !== 6) throw new TypeError('has no IPv6 address in its brackets');
  const port = portText ? Number(portText) : usualPort;
  if (port < 1 || port > 65535) throw new TypeError('has no port from 1 to 65535');
  const origin = `${protocol}://${bracketed(host)}${portText ? `:${port}` : ''}`;
  const asWritten = rest.replace(UNPRINTABLE, percentEncoded);
  const path = asWritten.startsWith('/') ? asWritten : `/${asWritten}`;
  const credentials = credentialsIn(authority.slice(0, Math.max(0, at)));
  return {
    secure: protocol.endsWith('s'),
    host,
    port,
    path,
    uri: `${origin}${path}`,
    label: `${origin}${asWritten.replace(/\?.*/, '')}`,
    ...(credentials ? { credentials } : {}),
  };
};

/** Of a URL that is ready for use. Undefined when it carries credentials (they travel apart) or needs encoding. */
export const parseCameraUrl = (url: string): CameraUrl | undefined => {
  try {
    const parsed = readCameraUrl(url);
    return parsed.credentials === undefined && url.search(UNPRINTABLE) < 0 ? parsed : undefined;
  } catch {
    return undefined;
  }
};

/** `host`, or `[host]` for an IPv6 address. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

const percentEncoded = (text: string): string =>
  [...Buffer.from(text, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

const credentialsIn = (userInfo: string): Credentials | undefined => {
  const colon = userInfo.indexOf(':');
  const username = percentDecoded(colon < 0 ? userInfo : userInfo.slice(0, colon));
  if (username === '') return undefined;
  return { username, password: colon < 0 ? '' : percentDecoded(userInfo.slice(colon + 1)) };
};

/** A % that begins no valid escape of UTF-8 stands for itself: people paste passwords as they are. */
const percentDecoded = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes.replace(/%[0-7][0-9a-f]/gi, decodeURIComponent);
    }
  });
