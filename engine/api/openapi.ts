import type { FastifyInstance } from 'fastify';
import { EVENT_TYPES, eventSchema, GAP_SCHEMA } from '../events/schemas.js';
import type { OpenApiParts } from './ports.js';

type Json = Record<string, unknown>;

/** The body of every refusal, unless the parts describe it better. */
const ERROR_SCHEMA: Json = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' } },
    },
  },
};

const IOT_HUB_ERROR: Json = {
  type: 'object',
  required: ['Message'],
  properties: { Message: { type: 'string' }, ExceptionMessage: { type: 'string' } },
};

const body = (schema: Json): Json => ({ content: { 'application/json': { schema } } });

const TWIN_REQUEST: Json = {
  type: 'object',
  required: ['methodName'],
  properties: {
    methodName: { type: 'string' },
    payload: {},
    responseTimeoutInSeconds: { type: 'number', minimum: 5, maximum: 300, default: 30 },
  },
};

const TWIN_RESULT: Json = {
  type: 'object',
  required: ['status', 'payload'],
  properties: { status: { type: 'integer' }, payload: {} },
};

const refTo = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

/** Every type of event under its name, and `Event` for all of them. */
const eventSchemas = (): Record<string, Json> => ({
  ...Object.fromEntries(EVENT_TYPES.map((type) => [type, eventSchema(type)])),
  Event: { anyOf: EVENT_TYPES.map(refTo) },
});

const EVENT_PAGE: Json = {
  type: 'object',
  required: ['value', 'next', 'firstSeq', 'lastSeq'],
  properties: {
    value: { type: 'array', items: refTo('Event') },
    next: { type: 'integer', description: '`since` of the next page' },
    firstSeq: { type: 'integer', description: 'First event in the log' },
    lastSeq: { type: 'integer', description: 'Last event in the log' },
    gap: (GAP_SCHEMA['properties'] as Record<string, Json>)['gap'],
  },
};

/** Bodies of routes that do not declare them, because the server reads and writes them as JSON itself. */
const BODIES: Record<string, { request?: Json; answer?: Json; refusal?: Json }> = {
  '/events': { answer: EVENT_PAGE },
  '/methods/{method}': { request: {} },
  '/inputs/{input}': { request: {} },
  '/twins/{device}/modules/{module}/methods': { request: TWIN_REQUEST, answer: TWIN_RESULT, refusal: IOT_HUB_ERROR },
};

/** The OpenAPI 3.1 document of all routes, with what other parts add. */
export const openApiDocument = (app: FastifyInstance, parts: OpenApiParts | undefined): Json => {
  const routes = JSON.parse(JSON.stringify(app.swagger())) as Json & {
    paths: Record<string, Record<string, Json>>;
    components: Json;
  };
  for (const [path, operations] of Object.entries(routes.paths)) {
    const known = BODIES[path];
    for (const operation of Object.values(operations)) {
      const responses = operation['responses'] as Record<string, Json>;
      if (known?.request) operation['requestBody'] = body(known.request);
      if (responses['200']?.['description'] === 'Default Response') responses['200']['description'] = 'Done';
      if (known?.answer) responses['200'] = { description: 'Done', ...body(known.answer) };
      const refusal = known?.refusal ?? refTo('MethodError');
      responses['default'] ??= { description: 'Refused', ...body(refusal) };
    }
  }
  return {
    ...routes,
    // On a loopback address without a token nothing is required; see docs/ref/http.md.
    security: [{}, { token: [] }],
    paths: { ...routes.paths, ...parts?.paths },
    components: { ...routes.components, schemas: { MethodError: ERROR_SCHEMA, ...eventSchemas(), ...parts?.schemas } },
  };
};
