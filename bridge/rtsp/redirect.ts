import { bracketed, type CameraUrl, readCameraUrl } from './camera-url.js';
import { type ProbeFailure, redirectFailure } from './failures.js';
import type { Response } from './message.js';

/** How often one question may be sent on. */
const MAX_REDIRECTS = 3;

export const isRedirect = ({ status }: Pick<Response, 'status'>): boolean => status >= 300 && status < 400;

/** Scheme, host and port: all that a message may tell of an address that a camera names. Undefined: it is no camera's. */
export const redirectPlace = (from: CameraUrl, response: Pick<Response, 'headers'>): string | undefined => {
  const to = locationOf(from, response);
  return to && originOf(to);
};

/**
 * Where a redirect leads to. Whoever has taken a camera over could otherwise have its password sent anywhere, so only the
 * same host is asked, at any port, and never without TLS when the first was asked with it. Throws a ProbeFailure.
 *
 * @param followed how many redirects led to `from`
 */
export const followRedirect = (from: CameraUrl, response: Response, followed: number): CameraUrl => {
  const to = locationOf(from, response);
  const refuse = (why: string): ProbeFailure => redirectFailure(from.label, redirectPlace(from, response), why);
  if (to === undefined) throw refuse('');
  if (plainHost(to.host) !== plainHost(from.host)) throw refuse('which is another host');
  if (from.secure && !to.secure) throw refuse('which is without TLS');
  if (followed >= MAX_REDIRECTS) throw refuse(`after ${followed} other redirects`);
  return to;
};

/** Credentials in it are dropped: a camera does not choose what it is told. */
const locationOf = (from: CameraUrl, { headers }: Pick<Response, 'headers'>): CameraUrl | undefined => {
  const location = headers.get('location')?.[0] ?? '';
  try {
    const { credentials: _, ...to } = readCameraUrl(
      // Some cameras name a path only.
      /^\/(?!\/)/.test(location) ? `${originOf(from)}${location}` : location,
    );
    return to;
  } catch {
    return undefined;
  }
};

const originOf = ({ secure, host, port }: CameraUrl): string =>
  `${secure ? 'rtsps' : 'rtsp'}://${bracketed(host)}:${port}`;

/** One spelling for each host: lower case, no dot at the end, IPv6 as short as it gets. */
const plainHost = (host: string): string => {
  const lower = host.toLowerCase().replace(/\.$/, '');
  if (!lower.includes(':')) return lower;
  try {
    return new URL(`http://[${lower}]/`).hostname;
  } catch {
    // With a zone
    return lower;
  }
};
