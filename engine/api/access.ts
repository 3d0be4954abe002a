import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../core/clock.js';
import { SluiceError } from '../core/errors.js';
import { addressText, hostNameOf, isLocal, isLoopbackName, type ListenAddress } from '../core/listen-address.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import { type BrowserCookie, BrowserSessions } from './browser-sessions.js';
import { isEventStream } from './event-accept.js';
import { verifySasToken } from './sas-token.js';

export interface AccessOptions {
  /** Bearer token that every route but the open ones then requires. */
  token?: string | undefined;
  /** Shared access key (base64) that SAS tokens on /twins/… are checked against. */
  iotHubKey?: string | undefined;
  /** Can be changed later; see `Access.allow`. */
  allowed?: AllowedNames | undefined;
  /** Signs what the server gives to those who have signed in. Without it, nobody can. */
  secret?: Uint8Array | undefined;
  /** Those whose tokens open single routes. */
  guests?: readonly Guest[] | undefined;
}

/** A request with a token that is not the server's. */
export interface GuestRequest {
  method: string;
  /** Of the path, decoded; the first one is empty. */
  segments: readonly string[];
  query: URLSearchParams;
  /** Of the Authorization header. */
  bearer: string | undefined;
  /** Host and port that it was addressed to, if that is a name of this server: a loopback name, or an allowed one. */
  authority: string | undefined;
  websocket: boolean;
}

/** Opens single routes to others than those who know the server's token. */
export interface Guest {
  admits(request: GuestRequest): Promise<boolean>;
}

export interface AllowedNames {
  /** Host names, besides loopback names, that requests without a token may be addressed to. */
  hosts: readonly string[];
  /** Origins (`https://wall.example`), besides the server's own, whose pages may open sockets and post. */
  origins: readonly string[];
}

interface AccessRequest {
  method: string;
  /** Path and query, still encoded. */
  url: string;
  headers: IncomingHttpHeaders;
  websocket: boolean;
}

type AccessVerdict = { ok: true } | { ok: false; status: 400 | 401 | 403; message: string };

const OK: AccessVerdict = { ok: true };
/** What anybody may see: that the server lives and can work, and the page, which holds nothing until one has signed in. */
const OPEN_PATHS = new Set(['/healthz', '/readyz', '/', '/session']);
const OPEN_FOLDER = 'assets';

/** Decides which requests are allowed, over HTTP and for WebSocket upgrades. */
export class Access {
  readonly #options: AccessOptions;
  readonly #clock: Clock;
  readonly #tokenHash: Buffer | undefined;
  readonly #needsToken: boolean;
  readonly #isUnix: boolean;
  readonly #sessions: BrowserSessions | undefined;
  #hosts: ReadonlySet<string> = new Set();
  #origins: ReadonlySet<string> = new Set();

  /** @throws SluiceError `TokenRequired` if other machines can reach the address and no credentials are configured. */
  constructor(address: ListenAddress, clock: Clock, options: AccessOptions) {
    if (!isLocal(address) && !options.token && !options.iotHubKey) {
      throw new SluiceError('TokenRequired', `refusing to listen on ${addressText(address)} without a token`, {
        kind: 'invalid',
        hint: 'Configure a token, or listen on 127.0.0.1.',
      });
    }
    this.#options = options;
    this.#clock = clock;
    this.#tokenHash = options.token ? hash(options.token) : undefined;
    this.#needsToken = options.token !== undefined || !isLocal(address);
    this.#isUnix = address.kind === 'unix';
    const { token, secret } = options;
    if (token && secret) this.#sessions = new BrowserSessions({ token, secret, clock });
    if (options.allowed) this.allow(options.allowed);
  }

  /** Replaces the allowed names. Loopback names and the server's own origin are always allowed. */
  allow({ hosts, origins }: AllowedNames): void {
    this.#hosts = new Set(hosts.map((host) => host.toLowerCase()));
    this.#origins = new Set(origins);
  }

  /** Requests without a token are refused. */
  get needsToken(): boolean {
    return this.#needsToken;
  }

  /** The cookie with which a browser comes in from now on; undefined if there is nothing to sign in to. */
  signIn(): BrowserCookie | undefined {
    return this.#sessions?.issue();
  }

  /** Whether requests with these headers come in where not everybody does. */
  async knows(headers: IncomingHttpHeaders): Promise<boolean> {
    return (await this.check({ method: 'GET', url: '/cameras', headers, websocket: false })).ok;
  }

  async check(request: AccessRequest): Promise<AccessVerdict> {
    // Decoded as the router decodes it, which ends a path at `#` as well: `/%74wins/…` is the same route.
    const segments = (request.url.split(/[?#]/, 1)[0] ?? '').split('/').map(decode);
    const verdict = this.#check(request, segments);
    if (verdict.ok || verdict.status !== 401) return verdict;
    return (await this.#admitsGuest(request, segments)) ? OK : verdict;
  }

  #check(request: AccessRequest, segments: readonly string[]): AccessVerdict {
    // A page can neither set headers for an EventSource nor for a WebSocket, and both run on without anybody seeing it.
    const fromPage = request.websocket || isEventStream(segments, request.headers);
    const origin = this.#checkOrigin(request, fromPage);
    if (!origin.ok) return origin;
    if (isOpen(request, segments)) return this.#needsToken ? OK : this.#checkHost(request);
    if (segments[1] === 'twins' && this.#options.iotHubKey) {
      return this.#checkTwin(request, this.#options.iotHubKey, segments);
    }
    // A page that a forged name has led here does not know the token, so with a token the name need not be checked.
    return this.#needsToken ? this.#checkToken(request, fromPage) : this.#checkHost(request);
  }

  /**
   * Against DNS rebinding: the browser sends the host name that the page used. A page from a foreign name that was made
   * to point at this machine must not get in.
   */
  #checkHost({ headers }: AccessRequest): AccessVerdict {
    // No browser can open a socket file.
    if (this.#isUnix) return OK;
    const name = nameIn(headers);
    if (name === undefined) return { ok: false, status: 400, message: 'the Host header is missing or malformed' };
    if (this.#isOurs(name)) return OK;
    return { ok: false, status: 403, message: `requests to the host name ${name} are not allowed here` };
  }

  #isOurs(name: string): boolean {
    return isLoopbackName(name) || this.#hosts.has(name);
  }

  /** Whether pages of an origin may use this server. @param host the Host header of the request */
  isAllowed(origin: string, host: string | undefined): boolean {
    return this.#origins.has(origin) || (host !== undefined && sameHost(origin, host));
  }

  /** Pages of other origins may neither post nor open sockets or event streams. Programs send no Origin. */
  #checkOrigin({ method, headers }: AccessRequest, fromPage: boolean): AccessVerdict {
    const { origin } = headers;
    if (origin === undefined || (!fromPage && (method === 'GET' || method === 'HEAD'))) return OK;
    if (this.isAllowed(origin, headers.host)) return OK;
    return { ok: false, status: 403, message: 'pages of this origin are not allowed here' };
  }

  /** @param segments of `/twins/{device}/modules/{module}/methods`, or of a path below /twins that is no route */
  #checkTwin(request: AccessRequest, key: string, segments: readonly string[]): AccessVerdict {
    const header = request.headers.authorization;
    if (header === undefined) return { ok: false, status: 401, message: 'a SharedAccessSignature is required' };
    if (this.#tokenHash && header.startsWith('Bearer ')) return this.#checkToken(request, false);
    const [, , device = '', , module] = segments;
    const target = module === undefined ? { device } : { device, module };
    const verdict = verifySasToken(header, key, target, this.#clock.utc() / MICROS_PER_SECOND);
    return verdict.ok ? OK : { ok: false, status: 401, message: `not authorized: ${verdict.reason}` };
  }

  #checkToken({ headers, url }: AccessRequest, fromPage: boolean): AccessVerdict {
    const given = bearerOf(headers.authorization) ?? (fromPage ? queryOf(url).get('token') : undefined) ?? undefined;
    if (given === undefined && this.#sessions?.admits(headers.cookie)) return OK;
    if (given === undefined) return { ok: false, status: 401, message: 'a bearer token is required' };
    if (this.#tokenHash && timingSafeEqual(hash(given), this.#tokenHash)) return OK;
    return { ok: false, status: 401, message: 'the token is not valid' };
  }

  async #admitsGuest(
    { method, url, headers, websocket }: AccessRequest,
    segments: readonly string[],
  ): Promise<boolean> {
    const { guests = [] } = this.#options;
    const name = nameIn(headers);
    const authority = name !== undefined && this.#isOurs(name) ? headers.host : undefined;
    const given = { query: queryOf(url), bearer: bearerOf(headers.authorization), authority };
    const request = { method, segments, websocket, ...given };
    for (const guest of guests) if (await guest.admits(request)) return true;
    return false;
  }
}

const isOpen = ({ method }: AccessRequest, segments: readonly string[]): boolean => {
  if (OPEN_PATHS.has(segments.join('/')) || segments[1] === OPEN_FOLDER) return method === 'GET' || method === 'HEAD';
  return false;
};

/** The name that a request was addressed to, without the port. */
const nameIn = ({ host }: IncomingHttpHeaders): string | undefined =>
  host === undefined ? undefined : hostNameOf(host)?.toLowerCase();

/** Digests are of equal length, so the comparison does not reveal the token's length. */
const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

const bearerOf = (header: string | undefined): string | undefined => /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];

const queryOf = (url: string): URLSearchParams => {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
};

const sameHost = (origin: string, host: string): boolean => {
  try {
    return new URL(origin).host === new URL(`http://${host}`).host || new URL(origin).host === host.toLowerCase();
  } catch {
    return false; // `null`, or not a URL
  }
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
