/** `/asyncapi.json`: the event stream for programs, as AsyncAPI 3 describes it. */
import { EVENTS } from '../events/definitions/index.js';
import { EVENT_TYPES, eventSchema, exampleEvent, GAP_SCHEMA } from '../events/schemas.js';

type Json = Record<string, unknown>;

const GAP = 'gap';

/** Where a client finds the engine, as the request has named it. */
export interface AsyncApiPlace {
  /** Host and port. */
  host: string;
  secure: boolean;
}

const messageOf = (type: (typeof EVENT_TYPES)[number]): Json => ({
  name: type,
  title: type.split('.').at(-1),
  summary: EVENTS[type].when,
  contentType: 'application/json',
  payload: eventSchema(type),
  examples: [{ payload: exampleEvent(type) }],
});

const messages = (): Record<string, Json> => ({
  ...Object.fromEntries(EVENT_TYPES.map((type) => [type, messageOf(type)])),
  [GAP]: {
    name: GAP,
    title: 'Gap',
    summary: 'In place of events that the log does not hold (any more)',
    contentType: 'application/json',
    payload: GAP_SCHEMA,
    examples: [{ payload: { gap: { from: 4, to: 150, reason: 'retention' } } }],
  },
});

const text = (description: string): Json => ({ type: 'string', description });

const QUERY: Json = {
  type: 'object',
  properties: {
    since: { type: 'integer', minimum: 0, description: 'Begin after this `seq`; absent: only what comes from now on' },
    pipeline: text('Events of these live pipelines only, with commas in between'),
    type: text(
      'Full types, their last parts, dotted suffixes, or beginnings such as Sluice.Diagnostics.*; with commas in between',
    ),
  },
};

/** @param version of the engine */
export const asyncApiDocument = (version: string, { host, secure }: AsyncApiPlace): Json => {
  const known = messages();
  const names = Object.keys(known);
  const inChannel = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Sluice: events',
      version,
      description:
        'Every event of an engine, in order, from a durable log. A reader that keeps the `seq` of the last event that it has ' +
        'processed goes on with `since`, and misses nothing.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      engine: {
        host,
        protocol: secure ? 'wss' : 'ws',
        description: 'A token, if the engine has one, goes into the header Authorization: Bearer',
      },
    },
    channels: {
      events: {
        address: '/events',
        title: 'Events',
        description:
          'A WebSocket; every text message is one event. With the sub-protocol cloudevents.json it is a CloudEvent, whose `data` is the same.',
        servers: [{ $ref: '#/servers/engine' }],
        messages: inChannel,
        bindings: { ws: { method: 'GET', query: QUERY } },
      },
    },
    operations: {
      sendEvents: {
        action: 'send',
        title: 'The engine sends events',
        channel: { $ref: '#/channels/events' },
        messages: names.map((name) => ({ $ref: `#/channels/events/messages/${name}` })),
      },
    },
    components: { messages: known },
  };
};
