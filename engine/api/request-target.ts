import type { IncomingMessage } from 'node:http';

/** Path and query of a request; or, if it is not clear which server and path it means, what is wrong with it. */
export type RequestTarget = { url: string; problem?: undefined } | { url?: undefined; problem: string };

type Head = Pick<IncomingMessage, 'httpVersion' | 'rawHeaders' | 'headers' | 'url'>;

/**
 * Proxies, and checks of access, must not differ in whom a request is for. So there must be one Host header, and a
 * request with an absolute URI (RFC 9112, section 3.2.2) must name the same host in it.
 */
export const requestTarget = ({ httpVersion, rawHeaders, headers, url = '' }: Head): RequestTarget => {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts > 1) return { problem: 'the request has more than one Host header' };
  if (hosts === 0 && httpVersion !== '1.0') return { problem: 'the Host header is missing' };
  if (url.startsWith('/') || url === '*') return { url };
  const absolute = /^https?:\/\/([^/?#]*)/i.exec(url);
  if (!absolute) return { problem: 'the target of the request is neither a path nor a URL' };
  if (absolute[1]!.toLowerCase() !== (headers.host ?? '').toLowerCase()) {
    return { problem: 'the request is for the URL of another server than its Host header says' };
  }
  const rest = url.slice(absolute[0].length);
  return { url: rest.startsWith('/') ? rest : `/${rest}` };
};
