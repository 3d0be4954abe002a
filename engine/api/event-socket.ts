import { silentLogger } from '../core/log.js';
import type { EventFilter, EventJournal } from '../events/types.js';
import type { EventFanOut } from './event-fan-out.js';
import { type RequestPorts, serveRequests } from './socket-requests.js';
import type { SocketRoute } from './upgrades.js';

interface EventSocketOptions extends RequestPorts {
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

const KEYS = new Set(['since', 'pipeline', 'type', 'token']);

/** `GET /events?since=&pipeline=&type=` as a WebSocket. */
export const eventSocket = (options: EventSocketOptions): SocketRoute => ({
  path: '/events',
  maxPayload: options.maxPayload,
  maxSockets: options.maxSockets,
  open: ({ url }) => {
    const query = parseSubscription(url);
    if (typeof query === 'string') return { status: 400, message: query };
    return (socket, stream) => {
      serveRequests(socket, stream, { ...options, log: options.log ?? silentLogger() });
      options.fanOut.add(socket, stream, query.since, query.filter);
    };
  },
});

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
