import { isIP } from 'node:net';

/** Where to listen. Port 0 means any free port. */
export type ListenAddress = { kind: 'tcp'; host: string; port: number } | { kind: 'unix'; path: string };

const HOST_PORT = /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^:[\]/@\s]*)):(?<port>\d{1,5})$/;
const UNIX = 'unix:';

/**
 * `127.0.0.1:8080`, `[::1]:0`, `localhost:8080`, `:8080` (loopback), `8080` (loopback), `unix:/run/sluice.sock`.
 * Undefined for anything else.
 */
export const parseListenAddress = (written: string): ListenAddress | undefined => {
  const text = written.trim();
  if (text.startsWith(UNIX)) {
    const path = text.slice(UNIX.length);
    return path === '' ? undefined : { kind: 'unix', path };
  }
  const groups = HOST_PORT.exec(/^\d{1,5}$/.test(text) ? `:${text}` : text)?.groups;
  const port = Number(groups?.['port']);
  const v6 = groups?.['v6'];
  if (!groups || port > 65_535 || (v6 !== undefined && isIP(v6) !== 6)) return undefined;
  return { kind: 'tcp', host: v6 ?? (groups['host'] || '127.0.0.1'), port };
};

/** True for host names and addresses that only this machine can reach. */
export const isLoopbackName = (host: string): boolean => {
  const name = host.toLowerCase().replace(/\.$/, '');
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    (isIP(name) === 4 && name.startsWith('127.'))
  );
};

/** A unix socket counts as local: the permissions of its file decide who may use it. */
export const isLocal = (address: ListenAddress): boolean => address.kind === 'unix' || isLoopbackName(address.host);

/** In a form that `parseListenAddress` accepts; for messages and for the ready line. */
export const addressText = (address: ListenAddress): string =>
  address.kind === 'unix'
    ? `${UNIX}${address.path}`
    : `${isIP(address.host) === 6 ? `[${address.host}]` : address.host}:${address.port}`;

/** The host name in a Host header, without port and brackets; undefined if the header is malformed. */
export const hostNameOf = (header: string): string | undefined => {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/@\s]+))(?::\d{1,5})?$/i.exec(header);
  return match?.[1] ?? match?.[2];
};
