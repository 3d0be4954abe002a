import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../core/clock.js';
import { SluiceError } from '../core/errors.js';
import type { EventTypes } from '../events/event-types.js';
import { EventMatcher } from '../events/filter.js';
import type { EventFanOut } from './event-fan-out.js';
import { parseEventQuery, sequenceNumber } from './event-query.js';
import { StreamPeer } from './stream-peer.js';

export const TOO_MANY = 'too many connections for events are open';

export interface EventStreamOptions {
  fanOut: EventFanOut;
  types: EventTypes;
  clock: Clock;
  /** Streams and sockets at the same time; more are answered with 503. */
  maxSockets: number;
}

/** `GET /events?since=&pipeline=&type=` as server-sent events. */
export const sendEventStream = (request: FastifyRequest, reply: FastifyReply, options: EventStreamOptions): void => {
  const { fanOut, types, clock } = options;
  const { since, filter } = parseEventQuery(request.raw.url ?? '', types);
  // What a browser says that it had last is newer than the address that it was given once.
  const last = request.headers['last-event-id'];
  const resumed = sequenceNumber('Last-Event-ID', typeof last === 'string' && last !== '' ? last : undefined);
  if (fanOut.size >= options.maxSockets) {
    throw new SluiceError('ServerBusy', TOO_MANY, { kind: 'exhausted' });
  }
  reply.hijack();
  const { maxBufferedBytes } = fanOut;
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) reply.raw.setHeader(name, value);
  fanOut.add(
    new StreamPeer({ response: reply.raw, clock, maxBufferedBytes }),
    resumed ?? since,
    new EventMatcher(filter),
  );
};
