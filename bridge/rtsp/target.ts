/** Where to connect and what to ask for. */
export interface RtspTarget {
  host: string;
  port: number;
  secure: boolean;
  /** The request URI: absolute, without credentials and fragment. */
  uri: string;
  /** Path and query, as an HTTP tunnel asks for them. */
  path: string;
  /** For messages: without credentials and without the query, where some cameras want a password. */
  label: string;
}

/**
 * GStreamer connects to 554 for rtsps too (the registered port is 322). The probe must knock at the door through which
 * the media will come.
 */
const DEFAULT_PORT = 554;

/** @throws TypeError whose message says what is wrong, without repeating the URL. */
export const parseTarget = (text: string): RtspTarget => {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new TypeError('it is not a URL');
  }
  if (url.protocol !== 'rtsp:' && url.protocol !== 'rtsps:') {
    throw new TypeError(`its scheme is ${url.protocol.slice(0, -1)}, not rtsp or rtsps`);
  }
  if (url.hostname === '') throw new TypeError('it names no host');
  const path = url.pathname || '/';
  const origin = `${url.protocol}//${url.host}`;
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    secure: url.protocol === 'rtsps:',
    uri: `${origin}${path}${url.search}`,
    path: `${path}${url.search}`,
    label: `${origin}${path === '/' ? '' : path}`,
  };
};

/** A URL for logs and messages: no credentials, no query, no fragment. What is no URL with a host becomes `(no URL)`. */
export const redactUrl = (text: string): string => {
  try {
    const url = new URL(text);
    // `user:secret@cam` without a scheme is a URL too, with the scheme `user`.
    if (url.host === '') return '(no URL)';
    return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
  } catch {
    return '(no URL)';
  }
};
