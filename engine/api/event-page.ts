import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { SluiceError } from '../core/errors.js';
import { matches } from '../events/filter.js';
import { JournalReader } from '../events/journal-reader.js';
import type { EventFilter, EventJournal, GapRecord } from '../events/types.js';
import { parseSubscription } from './event-socket.js';

/** Events that one request reads at most, so that a filter that matches little does not block the engine. */
const MAX_SCAN = 5000;
const CHUNK = 500;
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

interface EventPage {
  /** The events, each as JSON. */
  wires: string[];
  /** `since` of the next page. */
  next: number;
  gap: GapRecord['gap'] | undefined;
}

/** A page of the journal: up to `limit` events after `since` that pass the filter. */
const readPage = (journal: EventJournal, since: number, filter: EventFilter, limit: number): EventPage => {
  const reader = new JournalReader(journal, since);
  const wires: string[] = [];
  for (let scanned = 0; scanned < MAX_SCAN; scanned += CHUNK) {
    const chunk = reader.next(CHUNK);
    if (chunk.kind === 'end') break;
    // A gap has a page of its own; events before it end theirs.
    if (chunk.kind === 'gap' && wires.length === 0) {
      return { wires, next: reader.cursor, gap: chunk.gap.gap };
    }
    if (chunk.kind === 'gap') return { wires, next: chunk.gap.gap.from - 1, gap: undefined };
    for (const event of chunk.events) {
      if (matches(filter, event)) wires.push(event.wire);
      if (wires.length === limit) return { wires, next: event.seq, gap: undefined };
    }
  }
  return { wires, next: reader.cursor, gap: undefined };
};

/**
 * `GET /events` without an upgrade: the journal in pages, for clients that poll. With an upgrade it is the event
 * socket, which is handled before routing.
 */
export const registerEventPage = (app: FastifyInstance, journal: EventJournal): void => {
  app.route<{ Querystring: { limit?: number } }>({
    method: 'GET',
    url: '/events',
    schema: {
      summary: 'Events: a WebSocket, or without an upgrade a page of the log',
      description: 'As a WebSocket every event is one JSON text message, and requests may be sent over it.',
      querystring: Type.Object({
        since: Type.Optional(
          Type.String({
            description: 'Begin after this seq; 0 is the beginning. Absent: only new events, an empty page.',
          }),
        ),
        pipeline: Type.Optional(Type.String({ description: 'Events of this live pipeline only.' })),
        type: Type.Optional(Type.String({ description: 'Full type, its last part, or a dotted suffix.' })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT })),
      }),
    },
    handler: async (request, reply) => {
      const query = parseSubscription(request.raw.url ?? '', ['limit']);
      if (typeof query === 'string') throw new SluiceError('BadRequest', query, { kind: 'invalid' });
      const since = query.since ?? journal.lastSeq;
      const { wires, next, gap } = readPage(journal, since, query.filter, request.query.limit ?? DEFAULT_LIMIT);
      const rest = JSON.stringify({ next, firstSeq: journal.firstSeq, lastSeq: journal.lastSeq, gap });
      return reply.type('application/json; charset=utf-8').send(`{"value":[${wires.join(',')}],${rest.slice(1)}`);
    },
  });
};
