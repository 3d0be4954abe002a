/** Whether events say what the catalogue says that they say, and nothing else. */
import { Ajv, type ValidateFunction } from 'ajv';
import { EVENT_TYPES, eventSchema } from '../../engine/events/schemas.js';
import type { EventRecord } from '../../engine/events/types.js';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** With nothing allowed beyond what is named, unless the schema says otherwise. A field that nobody has described is a fault. */
const strict = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(strict);
  if (!isObject(schema)) return schema;
  const inside = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, strict(value)]));
  const isClosed = isObject(schema['properties']) && schema['additionalProperties'] === undefined;
  return isClosed ? { ...inside, additionalProperties: false } : inside;
};

const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const ajv = new Ajv({ allErrors: true, strict: false, formats: { 'date-time': ISO_UTC, uuid: true } });
const judges = new Map<string, ValidateFunction>();

const judgeOf = (type: (typeof EVENT_TYPES)[number]): ValidateFunction => {
  const known = judges.get(type) ?? ajv.compile(strict(eventSchema(type)) as Json);
  judges.set(type, known);
  return known;
};

/** What is wrong with an event; nothing for types that are not the engine's own. */
export const eventProblems = (event: EventRecord): string[] => {
  const type = EVENT_TYPES.find((each) => each === event.eventType);
  if (type === undefined) {
    const own = /^(?:Sluice|Microsoft\.VideoAnalyzer)\./.test(event.eventType);
    return own ? [`${event.eventType} is not in the catalogue`] : [];
  }
  const judge = judgeOf(type);
  if (judge(event as unknown)) return [];
  const faults = (judge.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
  return [`${type}: ${faults.join('; ')} in ${JSON.stringify(event.data).slice(0, 400)}`];
};
