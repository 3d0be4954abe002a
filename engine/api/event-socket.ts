import type { Clock } from '../core/clock.js';
import { silentLogger } from '../core/log.js';
import type { EventTypes } from '../events/event-types.js';
import { EventMatcher } from '../events/filter.js';
import type { EventFanOut } from './event-fan-out.js';
import { CLOUD_EVENTS_PROTOCOL, cloudMessages, plainMessages } from './event-forms.js';
import { parseEventQuery } from './event-query.js';
import { TOO_MANY } from './event-stream.js';
import { SocketPeer } from './socket-peer.js';
import { type RequestPorts, serveRequests } from './socket-requests.js';
import type { ServedSocket } from './upgrades.js';

interface EventSocketOptions extends RequestPorts {
  fanOut: EventFanOut;
  types: EventTypes;
  /** That of the engine's events. */
  topic: string;
  clock: Clock;
  /** Largest request message. */
  maxPayload: number;
  /** Sockets and streams at the same time; more are answered with 503. */
  maxSockets: number;
}

/** The fan-out decides how long a peer that is being closed may take. */
const NEVER_MS = 2 ** 31 - 1;

/** `GET /events?since=&pipeline=&type=` as a WebSocket. */
export const eventSocket = (options: EventSocketOptions): ServedSocket => {
  const { fanOut, types, clock } = options;
  const cloudEvents = cloudMessages(options.topic, clock);
  return {
    path: '/events',
    maxPayload: options.maxPayload,
    maxSockets: options.maxSockets,
    closeTimeoutMs: NEVER_MS,
    protocols: [CLOUD_EVENTS_PROTOCOL],
    open: ({ url }) => {
      const { since, filter } = parseEventQuery(url, types);
      if (fanOut.size >= options.maxSockets) return { status: 503, message: TOO_MANY };
      return (socket, stream) => {
        const form = socket.protocol === CLOUD_EVENTS_PROTOCOL ? cloudEvents : plainMessages;
        serveRequests(socket, stream, { ...options, log: options.log ?? silentLogger() });
        const { maxBufferedBytes } = fanOut;
        fanOut.add(new SocketPeer({ socket, stream, form, clock, maxBufferedBytes }), since, new EventMatcher(filter));
      };
    },
  };
};
