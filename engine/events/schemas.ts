/** JSON Schemas of the engine's events, for programs in any language. */
import { EVENTS, type EventType } from './definitions/index.js';

type Json = Record<string, unknown>;

/** As it is written: TypeBox keeps more in its objects than JSON has. */
const plain = (schema: unknown): Json => JSON.parse(JSON.stringify(schema)) as Json;

export const EVENT_TYPES = Object.keys(EVENTS) as EventType[];

const ENVELOPE: Readonly<Record<string, Json>> = {
  seq: { type: 'integer', minimum: 1, description: 'Sequence number, per engine, from 1; no number is used twice' },
  id: { type: 'string', format: 'uuid', description: 'The same if the event is delivered again' },
  correlationId: { type: 'string', description: '`id` of the event that caused this one' },
  topic: { type: 'string', description: '/sluice/{device}' },
  subject: {
    type: 'string',
    description: '/edgeModules/{module}, then /livePipelines/{pipeline}, then /sources/, /processors/ or /sinks/{node}',
  },
  eventType: { type: 'string', description: 'Says what is in `data`' },
  eventTime: { type: 'string', format: 'date-time', description: 'UTC with milliseconds' },
  dataVersion: { type: 'string' },
  data: {},
};

/** JSON Schema of an event of this type, draft 2020-12 and earlier. */
export const eventSchema = (type: EventType): Json => {
  const { when, data } = EVENTS[type];
  return {
    type: 'object',
    description: when,
    required: Object.keys(ENVELOPE).filter((name) => name !== 'correlationId'),
    properties: { ...ENVELOPE, eventType: { const: type }, data: plain(data) },
  };
};

/** An event of this type, as a subscriber may get it. */
export const exampleEvent = (type: EventType): Json => ({
  seq: 42,
  id: '9ccfab80-2993-42c7-9452-92e21df96413',
  topic: '/sluice/edge',
  subject: '/edgeModules/avaedge/livePipelines/door',
  eventType: type,
  eventTime: '2026-11-28T10:15:00.123Z',
  dataVersion: '1.0',
  data: EVENTS[type].example,
});

/** In place of events that the log does not hold (any more). */
export const GAP_SCHEMA: Json = {
  type: 'object',
  description: 'In place of events that the log does not hold (any more)',
  required: ['gap'],
  properties: {
    gap: {
      type: 'object',
      required: ['from', 'to', 'reason'],
      properties: {
        from: { type: 'integer', description: 'First `seq` that is missing' },
        to: { type: 'integer', description: 'Last `seq` that is missing' },
        reason: { type: 'string', enum: ['retention', 'notInLog', 'powerLoss', 'damaged', 'missing'] },
      },
    },
  },
};
