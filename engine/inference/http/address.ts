import type { Credentials } from '../../../bridge/rtsp/authorization.js';
import { readNetworkUrl } from '../../../bridge/rtsp/camera-url.js';
import type { ResolvedEndpoint } from '../../core/endpoint.js';
import { messageOf } from '../../core/errors.js';
import type { Trouble } from '../types.js';

/** Where a server is, and what is posted to. */
export interface HttpAddress {
  readonly secure: boolean;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
  /** Path and query as they stand in the document: servers tell cameras apart by the query. */
  readonly path: string;
  /** For messages: without credentials, and without the query, which may hold a key. */
  readonly label: string;
  readonly credentials?: Credentials;
}

const PORTS = { http: 80, https: 443 } as const;

/** The address of an endpoint, or what is wrong with it. */
export const readAddress = (endpoint: ResolvedEndpoint): HttpAddress | { readonly trouble: Trouble } => {
  let url: ReturnType<typeof readNetworkUrl>;
  try {
    url = readNetworkUrl(endpoint.url, PORTS);
  } catch (problem) {
    const what = `the endpoint's url ${messageOf(problem)}`;
    return wrong('protocol', 'EndpointUrlInvalid', `${what}. Write it as http://host[:port]/path.`);
  }
  if (endpoint.secured && !url.secure) {
    const what = `the endpoint is a TlsEndpoint, and its url begins with http: pictures for ${url.label} are not sent`;
    return wrong('tls', 'TlsRequired', `${what}. Write https, or make it an UnsecuredEndpoint.`);
  }
  const origin = url.uri.slice(0, url.uri.length - url.path.length);
  // The host may be a number that is no address, as in http://1.2.3.4.5.
  if (!URL.canParse(origin)) return wrong('protocol', 'EndpointUrlInvalid', "the endpoint's url has no valid host.");
  const named = endpoint.credentials?.type === 'usernamePassword' ? endpoint.credentials : undefined;
  const credentials = url.credentials ?? named;
  return {
    secure: url.secure,
    origin,
    host: url.host,
    port: url.port,
    path: url.path,
    label: url.label,
    ...(credentials ? { credentials: { username: credentials.username, password: credentials.password } } : {}),
  };
};

const wrong = (kind: Trouble['kind'], code: string, message: string): { trouble: Trouble } => ({
  trouble: { kind, code, message },
});
