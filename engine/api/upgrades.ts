import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '../core/log.js';
import type { Access } from './access.js';
import { answerRaw } from './raw-answer.js';
import { requestTarget } from './request-target.js';

/** A request for a socket that may be opened. */
export interface SocketRequest {
  /** Path and query, as they were sent. */
  url: string;
  /** Those of the route's pattern, decoded. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
}

export interface SocketRefusal {
  status: number;
  message: string;
}

/** What is done with a socket once it is open. @param stream the connection under it */
export type SocketHandler = (socket: WebSocket, stream: Duplex) => void;

interface RouteBase {
  /** `/cameras/:name/live` */
  path: string;
  /** At the same time; more are answered with 503. */
  maxSockets: number;
}

/** A request for an upgrade as it has come. */
export interface RawUpgrade {
  request: IncomingMessage;
  stream: Duplex;
  /** What has been read behind the request. */
  head: Buffer;
}

/** Somebody else speaks WebSocket. */
export interface ForwardedSocket extends RouteBase {
  /** Hands the connection on. A SluiceError that it throws is a refusal. */
  forward(request: SocketRequest, raw: RawUpgrade): void;
}

export interface ServedSocket extends RouteBase {
  /** Largest message of a client, in bytes. */
  maxPayload: number;
  /** Sub-protocols; the first that the client offers as well is chosen. */
  protocols?: readonly string[];
  /** How long a peer may take to answer a close. Default 30 s. */
  closeTimeoutMs?: number;
  /** Decides before the socket is opened. A SluiceError that it throws is a refusal as well. */
  open(request: SocketRequest): SocketHandler | SocketRefusal;
}

export type SocketRoute = ServedSocket | ForwardedSocket;

interface Served {
  route: SocketRoute;
  segments: readonly string[];
  wss: WebSocketServer;
  count: number;
  /** Connections that were handed on. */
  forwarded: Set<Duplex>;
}

interface UpgradeOptions {
  access: Access;
  routes: readonly SocketRoute[];
  /** What a thrown error is answered with. */
  refusalOf(error: unknown): SocketRefusal;
  log: Logger;
}

/** Answers WebSocket upgrades on the server. Returns the way to stop: sockets that are open then are closed with 1001. */
export const serveUpgrades = (server: Server, { access, routes, refusalOf, log }: UpgradeOptions): (() => void) => {
  const served = routes.map((route) => serving(route));

  const accept = async (request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> => {
    const target = requestTarget(request);
    if (target.problem !== undefined) return answerRaw(stream, 400, target.problem);
    const { url } = target;
    const method = request.method ?? 'GET';
    const verdict = await access.check({ method, url, headers: request.headers, websocket: true });
    if (!verdict.ok) return answerRaw(stream, verdict.status, verdict.message);
    const found = routeOf(url, served);
    if (!found) return answerRaw(stream, 404, `WebSockets are served on ${routes.map(({ path }) => path).join(', ')}`);
    const { one, params } = found;
    const { route } = one;
    if (one.count >= route.maxSockets) return answerRaw(stream, 503, 'too many sockets are open');
    const asked = { url, params, query: queryOf(url) };
    let handler: SocketHandler | SocketRefusal | undefined;
    try {
      if ('forward' in route) forward(one, route, asked, { request, stream, head });
      else handler = route.open(asked);
    } catch (error) {
      handler = refusalOf(error);
    }
    if (handler === undefined) return;
    if (typeof handler !== 'function') return answerRaw(stream, handler.status, handler.message);
    const handle = handler;
    one.wss.handleUpgrade(request, stream, head, (socket) => {
      one.count += 1;
      socket.on('close', () => {
        one.count -= 1;
      });
      // The peer broke the protocol; ws closes the connection itself.
      socket.on('error', (error) => log.debug({ err: error }, 'a socket failed'));
      handle(socket, stream);
    });
  };

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    // Whoever hangs up before the socket is open.
    stream.on('error', () => stream.destroy());
    accept(request, stream, head).catch((error: unknown) => {
      log.error({ err: error }, 'a socket could not be opened');
      answerRaw(stream, 500, 'the request failed inside the engine; its log says why');
    });
  };

  server.on('upgrade', onUpgrade);
  return () => {
    server.off('upgrade', onUpgrade);
    for (const { wss, forwarded } of served) {
      for (const stream of forwarded) stream.destroy();
      for (const socket of wss.clients) socket.close(1001, 'the engine is stopping');
      wss.close();
    }
  };
};

const forward = (one: Served, route: ForwardedSocket, asked: SocketRequest, raw: RawUpgrade): void => {
  route.forward(asked, raw);
  one.count += 1;
  one.forwarded.add(raw.stream);
  raw.stream.once('close', () => {
    one.count -= 1;
    one.forwarded.delete(raw.stream);
  });
};

const serving = (route: SocketRoute): Served => {
  const { protocols, closeTimeoutMs, maxPayload }: Partial<ServedSocket> = 'forward' in route ? {} : route;
  return {
    route,
    segments: route.path.split('/'),
    count: 0,
    forwarded: new Set(),
    wss: new WebSocketServer({
      noServer: true,
      // What is sent is prepared for many sockets, or compressed already.
      perMessageDeflate: false,
      ...(maxPayload === undefined ? {} : { maxPayload }),
      ...(closeTimeoutMs === undefined ? {} : { closeTimeout: closeTimeoutMs }),
      ...(protocols ? { handleProtocols: (offered) => protocols.find((each) => offered.has(each)) ?? false } : {}),
    }),
  };
};

const routeOf = (
  url: string,
  routes: readonly Served[],
): { one: Served; params: Record<string, string> } | undefined => {
  const segments = (url.split('?', 1)[0] ?? '').split('/').map(decoded);
  for (const one of routes) {
    if (one.segments.length !== segments.length) continue;
    const params: Record<string, string> = {};
    const fits = one.segments.every((pattern, index) => {
      const segment = segments[index];
      if (!pattern.startsWith(':')) return pattern === segment;
      if (!segment) return false;
      params[pattern.slice(1)] = segment;
      return true;
    });
    if (fits) return { one, params };
  }
  return undefined;
};

const queryOf = (url: string): URLSearchParams => {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
};

const decoded = (segment: string): string | undefined => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
};
