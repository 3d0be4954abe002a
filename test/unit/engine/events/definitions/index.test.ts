import { describe, expect, it } from 'vitest';
import { AvaEvent, SluiceEvent } from '../../../../../engine/events/catalogue.js';
import { EVENTS } from '../../../../../engine/events/definitions/index.js';
import { EVENT_TYPES, exampleEvent } from '../../../../../engine/events/schemas.js';
import type { EventRecord } from '../../../../../engine/events/types.js';
import { eventProblems } from '../../../../kit/event-judge.js';

describe('the catalogue', () => {
  it('has every type once', () => {
    const names = [...Object.values(AvaEvent), ...Object.values(SluiceEvent)];
    expect([...EVENT_TYPES].sort()).toEqual([...names].sort());
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(EVENT_TYPES)('the example of %s is one', (type) => {
    expect(eventProblems(exampleEvent(type) as unknown as EventRecord)).toEqual([]);
  });

  it.each(EVENT_TYPES)('%s says when it comes, in words', (type) => {
    expect(EVENTS[type].when).toMatch(/^[A-Z].*[^.]$/);
    expect(EVENTS[type].from).not.toBe('');
  });

  it('every field says what it is', () => {
    const bare = EVENT_TYPES.flatMap((type) => fieldsOf(JSON.parse(JSON.stringify(EVENTS[type].data)), type));
    expect(bare).toEqual([]);
  });
});

interface Schema {
  const?: unknown;
  description?: string;
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
}

/** Names of fields without a description. A constant says itself what it is. */
const fieldsOf = (schema: Schema, path: string): string[] => [
  ...(schema.anyOf ?? []).flatMap((each) => fieldsOf(each, path)),
  ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    ...(field.description === undefined && field.const === undefined && !field.anyOf ? [`${path}.${name}`] : []),
    ...fieldsOf(field, `${path}.${name}`),
  ]),
];

describe('what judges events in tests', () => {
  const event = exampleEvent(SluiceEvent.SignalIgnored) as unknown as EventRecord;

  it.each([
    ['a field that nobody has described', { ...event, data: { reason: 'late', more: 1 } }],
    ['a value that is not listed', { ...event, data: { reason: 'because' } }],
    ['a field that is missing', { ...event, data: {} }],
    ['a time without milliseconds', { ...event, eventTime: '2026-11-28T10:15:00Z' }],
    ['a type of ours that is not in the catalogue', { ...event, eventType: 'Sluice.Operational.Unheard' }],
  ])('refuses %s', (_what, wrong) => {
    expect(eventProblems(wrong)).toHaveLength(1);
  });

  it('has no opinion about the types of others', () => {
    expect(eventProblems({ ...event, eventType: 'Example.Dark', data: { level: 1 } })).toEqual([]);
  });
});
