/** The parts of an RTSP URL, kept letter by letter: cameras compare paths and queries as they stand. */
export interface CameraUrl {
  secure: boolean;
  /** Without the brackets of IPv6. */
  host: string;
  port: number;
  /** Path and query, with the leading slash, or empty. */
  rest: string;
}

const DEFAULT_PORT = { rtsp: 554, rtsps: 322 } as const;

/** Undefined when it is no rtsp:// or rtsps:// URL, or when it carries credentials (they travel apart). */
export const parseCameraUrl = (url: string): CameraUrl | undefined => {
  const match = /^(rtsps?):\/\/(?:\[([0-9a-f:.%]+)\]|([^/?#:@[\]\s]+))(?::(\d{1,5}))?([/?][^\s#]*)?$/i.exec(url);
  if (match === null) return undefined;
  const scheme = match[1]?.toLowerCase() === 'rtsps' ? 'rtsps' : 'rtsp';
  const port = match[4] === undefined ? DEFAULT_PORT[scheme] : Number(match[4]);
  const host = match[2] ?? match[3];
  if (host === undefined || port < 1 || port > 65535) return undefined;
  return { secure: scheme === 'rtsps', host, port, rest: match[5] ?? '' };
};

/**
 * What rtspsrc is given. Its scheme for RTSP tunnelled through HTTP is `rtsph`.
 * `relayPort`: the connection goes to that port on this machine instead.
 */
export const sourceLocation = (url: CameraUrl, transport: 'tcp' | 'http', relayPort?: number): string => {
  const host = url.host.includes(':') ? `[${url.host}]` : url.host;
  const authority = relayPort === undefined ? `${host}:${url.port}` : `127.0.0.1:${relayPort}`;
  return `${transport === 'http' ? 'rtsph' : 'rtsp'}://${authority}${url.rest}`;
};
