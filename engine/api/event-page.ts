import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { EventTypes } from '../events/event-types.js';
import { EventMatcher } from '../events/filter.js';
import { JournalReader } from '../events/journal-reader.js';
import type { EventJournal, GapRecord, WireEvent } from '../events/types.js';
import { asksForStream } from './event-accept.js';
import { parseEventQuery } from './event-query.js';
import { type EventStreamOptions, sendEventStream } from './event-stream.js';

/** Events that one request reads at most, so that a filter that matches little does not block the engine. */
const MAX_SCAN = 5000;
/** The newest are looked for further back, with turns for other work in between. */
const MAX_SCAN_BACK = 100_000;
const CHUNK = 500;
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

interface EventPage {
  /** The events, each as JSON. */
  wires: string[];
  /** `since` of the next page. */
  next: number;
  gap?: GapRecord['gap'] | undefined;
}

/** A page of the journal: up to `limit` events after `since` that pass the filter. */
const readPage = (journal: EventJournal, since: number, matcher: EventMatcher, limit: number): EventPage => {
  const reader = new JournalReader(journal, since);
  const wires: string[] = [];
  for (let scanned = 0; scanned < MAX_SCAN; scanned += CHUNK) {
    const chunk = reader.next(CHUNK);
    if (chunk.kind === 'end') break;
    // A gap has a page of its own; events before it end theirs.
    if (chunk.kind === 'gap' && wires.length === 0) {
      return { wires, next: reader.cursor, gap: chunk.gap.gap };
    }
    if (chunk.kind === 'gap') return { wires, next: chunk.gap.gap.from - 1 };
    for (const event of chunk.events) {
      if (matcher.matches(event)) wires.push(event.wire);
      if (wires.length === limit) return { wires, next: event.seq };
    }
  }
  return { wires, next: reader.cursor };
};

/** The newest events that pass the filter, oldest first. Gaps do not matter to it: nobody was there before. */
const readNewest = async (journal: EventJournal, matcher: EventMatcher, limit: number): Promise<EventPage> => {
  const { lastSeq } = journal;
  const found: WireEvent[] = [];
  for (let end = lastSeq; end > 0 && lastSeq - end < MAX_SCAN_BACK && found.length < limit; end -= CHUNK) {
    if (end < lastSeq) await new Promise(setImmediate);
    if (end < journal.firstSeq) break;
    const since = Math.max(0, end - CHUNK);
    const part = journal.readWire(since, end - since).filter((event) => event.seq <= end && matcher.matches(event));
    found.unshift(...part);
  }
  return { wires: found.slice(-limit).map(({ wire }) => wire), next: lastSeq };
};

interface EventRouteOptions extends EventStreamOptions {
  journal: EventJournal;
  types: EventTypes;
}

/**
 * `GET /events` without an upgrade: server-sent events for those who accept them, otherwise the journal in pages. With
 * an upgrade it is the event socket, which is handled before routing.
 */
export const registerEvents = (app: FastifyInstance, options: EventRouteOptions): void => {
  const { journal, types } = options;
  app.route<{ Querystring: { limit?: number } }>({
    method: 'GET',
    url: '/events',
    schema: {
      summary: 'Events: a WebSocket, server-sent events, or a page of the log',
      description:
        'As a WebSocket every event is one JSON text message, or a CloudEvent with the sub-protocol cloudevents.json, and requests may be sent over it. With `Accept: text/event-stream` the events are server-sent. Otherwise a page.',
      querystring: Type.Object({
        since: Type.Optional(
          Type.String({
            description:
              'Begin after this seq; 0 is the beginning. Absent: from now on; in a page, the newest events and where to go on.',
          }),
        ),
        pipeline: Type.Optional(many('Events of these live pipelines only: repeated, or with commas in between.')),
        type: Type.Optional(
          many(
            'Events of these types only: a full type, its last part, or a dotted suffix; with `.*` at the end all types that go on behind it. Repeated, or with commas in between.',
          ),
        ),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT })),
      }),
    },
    handler: async (request, reply) => {
      // HEAD has no body, and a stream would never end it.
      if (request.method === 'GET' && asksForStream(request.headers)) {
        sendEventStream(request, reply, options);
        return reply;
      }
      const { since, filter } = parseEventQuery(request.raw.url ?? '', types, ['limit']);
      const matcher = new EventMatcher(filter);
      const limit = request.query.limit ?? DEFAULT_LIMIT;
      const { wires, next, gap } =
        since === undefined ? await readNewest(journal, matcher, limit) : readPage(journal, since, matcher, limit);
      const rest = JSON.stringify({ next, firstSeq: journal.firstSeq, lastSeq: journal.lastSeq, gap });
      return reply.type('application/json; charset=utf-8').send(`{"value":[${wires.join(',')}],${rest.slice(1)}`);
    },
  });
};

const many = (description: string) => Type.Array(Type.String(), { description });
