import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { silentLogger } from '../core/log.js';
import type { EventFilter, EventJournal } from '../events/types.js';
import type { Access } from './access.js';
import type { EventFanOut } from './event-fan-out.js';
import { answerRaw } from './raw-answer.js';
import { requestTarget } from './request-target.js';
import { type RequestPorts, serveRequests } from './socket-requests.js';

interface EventSocketOptions extends RequestPorts {
  access: Access;
  fanOut: EventFanOut;
  journal: EventJournal;
  /** Largest request message. */
  maxPayload: number;
  /** Sockets at the same time; more are answered with 503. */
  maxSockets: number;
}

interface SubscriptionQuery {
  since: number | undefined;
  filter: EventFilter;
}

const PATH = '/events';
const KEYS = new Set(['since', 'pipeline', 'type', 'token']);

/** Answers WebSocket upgrades on the server: `GET /events?since=&pipeline=&type=`. Returns the way to stop. */
export const serveEventSocket = (server: Server, options: EventSocketOptions): (() => void) => {
  const log = options.log ?? silentLogger();
  const wss = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Prepared frames bypass ws; compression would need state for each socket.
    perMessageDeflate: false,
    maxPayload: options.maxPayload,
  });
  let open = 0;

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const onEarlyError = () => stream.destroy();
    stream.on('error', onEarlyError);
    const target = requestTarget(request);
    if (target.problem !== undefined) {
      answerRaw(stream, 400, target.problem);
      return;
    }
    const refusal = refuse(request, target.url, options.access, open >= options.maxSockets);
    if (refusal) {
      answerRaw(stream, refusal.status, refusal.message);
      return;
    }
    const query = parseSubscription(target.url);
    if (typeof query === 'string') {
      answerRaw(stream, 400, query);
      return;
    }
    wss.handleUpgrade(request, stream, head, (socket) => {
      stream.off('error', onEarlyError);
      open += 1;
      socket.on('close', () => {
        open -= 1;
      });
      // The peer broke the protocol; ws closes the connection itself.
      socket.on('error', (error) => log.debug({ err: error }, 'a socket failed'));
      serveRequests(socket, stream, options);
      options.fanOut.add(socket, stream, query.since, query.filter);
    });
  };

  server.on('upgrade', onUpgrade);
  return () => {
    server.off('upgrade', onUpgrade);
    wss.close();
  };
};

const refuse = (
  request: IncomingMessage,
  url: string,
  access: Access,
  full: boolean,
): { status: number; message: string } | undefined => {
  const verdict = access.check({ method: request.method ?? 'GET', url, headers: request.headers, websocket: true });
  if (!verdict.ok) return verdict;
  if (url.split('?', 1)[0] !== PATH) return { status: 404, message: `WebSockets are served on ${PATH}` };
  return full ? { status: 503, message: 'too many sockets are open' } : undefined;
};

/** The query of the request, or what is wrong with it. `others` are parameters that the caller reads itself. */
export const parseSubscription = (url: string, others: readonly string[] = []): SubscriptionQuery | string => {
  const mark = url.indexOf('?');
  const params = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
  for (const key of params.keys()) {
    if (!KEYS.has(key) && !others.includes(key)) return `unknown parameter ${key}: since, pipeline and type are known`;
    if (params.getAll(key).length > 1) return `${key} is given more than once`;
  }
  const since = params.get('since');
  if (since !== null && !(/^\d{1,16}$/.test(since) && Number.isSafeInteger(Number(since)))) {
    return 'since must be a sequence number, 0 or greater';
  }
  const filter: EventFilter = {};
  const pipeline = params.get('pipeline');
  const type = params.get('type');
  if (pipeline !== null) filter.pipeline = pipeline;
  if (type !== null) filter.type = type;
  return { since: since === null ? undefined : Number(since), filter };
};
