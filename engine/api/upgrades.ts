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

export interface SocketRoute {
  /** `/cameras/:name/live` */
  path: string;
  /** Largest message of a client, in bytes. */
  maxPayload: number;
  /** At the same time; more are answered with 503. */
  maxSockets: number;
  /** Sub-protocols; the first that the client offers as well is chosen. */
  protocols?: readonly string[];
  /** How long a peer may take to answer a close. Default 30 s. */
  closeTimeoutMs?: number;
  /** Decides before the socket is opened. A SluiceError that it throws is a refusal as well. */
  open(request: SocketRequest): SocketHandler | SocketRefusal;
}

interface Served extends SocketRoute {
  segments: readonly string[];
  wss: WebSocketServer;
  count: number;
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
    const { route, params } = found;
    if (route.count >= route.maxSockets) return answerRaw(stream, 503, 'too many sockets are open');
    let handler: SocketHandler | SocketRefusal;
    try {
      handler = route.open({ url, params, query: queryOf(url) });
    } catch (error) {
      handler = refusalOf(error);
    }
    if (typeof handler !== 'function') return answerRaw(stream, handler.status, handler.message);
    const handle = handler;
    route.wss.handleUpgrade(request, stream, head, (socket) => {
      route.count += 1;
      socket.on('close', () => {
        route.count -= 1;
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
    for (const { wss } of served) {
      for (const socket of wss.clients) socket.close(1001, 'the engine is stopping');
      wss.close();
    }
  };
};

const serving = (route: SocketRoute): Served => {
  const { protocols, closeTimeoutMs } = route;
  return {
    ...route,
    segments: route.path.split('/'),
    count: 0,
    wss: new WebSocketServer({
      noServer: true,
      // What is sent is prepared for many sockets, or compressed already.
      perMessageDeflate: false,
      maxPayload: route.maxPayload,
      ...(closeTimeoutMs === undefined ? {} : { closeTimeout: closeTimeoutMs }),
      ...(protocols ? { handleProtocols: (offered) => protocols.find((each) => offered.has(each)) ?? false } : {}),
    }),
  };
};

const routeOf = (
  url: string,
  routes: readonly Served[],
): { route: Served; params: Record<string, string> } | undefined => {
  const segments = (url.split('?', 1)[0] ?? '').split('/').map(decoded);
  for (const route of routes) {
    if (route.segments.length !== segments.length) continue;
    const params: Record<string, string> = {};
    const fits = route.segments.every((pattern, index) => {
      const segment = segments[index];
      if (!pattern.startsWith(':')) return pattern === segment;
      if (!segment) return false;
      params[pattern.slice(1)] = segment;
      return true;
    });
    if (fits) return { route, params };
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
