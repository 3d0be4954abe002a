import { type CloudEvent, MQTT, type MQTTMessage } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { hubSettingsOf, loadConfig } from '../../../../engine/configuration.js';
import type { StoredEvent } from '../../../../engine/events/types.js';
import { type OutgoingMessage, outgoingMessage, wholeEventMessage } from '../../../../engine/hub/outgoing.js';
import { Topics } from '../../../../engine/hub/topics.js';
import { MemoryJournal } from '../../../kit/memory-journal.js';

const settings = hubSettingsOf(
  loadConfig({ env: {}, overrides: { 'mqtt.payload': 'cloudevents', 'mqtt.wholeEvents': 'cloudevents' } }).config,
);
const topics = new Topics(settings);

const eventOf = (added: Parameters<MemoryJournal['add']>[0]): StoredEvent => {
  const journal = new MemoryJournal();
  journal.add({ pipeline: 'door', output: 'o', ...added });
  return journal.read(0, 1)[0]!;
};

/**
 * What the specification's own library reads out of the packet. It throws if that is no valid event. Of the content type it knows only that of
 * structured mode; in binary mode that is `datacontenttype`.
 */
const judge = ({ payload, contentType, userProperties }: OutgoingMessage): CloudEvent<unknown> => {
  const isStructured = contentType.startsWith('application/cloudevents');
  const headers = isStructured ? userProperties : { datacontenttype: contentType, ...userProperties };
  const body: unknown = isStructured ? payload : JSON.parse(payload);
  const packet = { payload: body, body, headers, PUBLISH: { 'Content Type': contentType }, 'User Properties': headers };
  expect(MQTT.isEvent(packet as MQTTMessage<unknown>)).toBe(true);
  const event = MQTT.toEvent(packet as MQTTMessage<unknown>) as CloudEvent<unknown>;
  expect(event.validate()).toBe(true);
  return event;
};

describe('CloudEvents over MQTT', () => {
  const event = eventOf({ correlationId: 'c', data: { timestamp: 1, inferences: [] } });
  const { record } = event;
  const attributes = {
    id: record.id,
    source: record.topic,
    type: record.eventType,
    subject: record.subject,
    time: record.eventTime,
    datacontenttype: 'application/json',
    sequence: '0000000000000001',
    dataversion: '1.0',
    correlationid: 'c',
    data: record.data,
  };

  it('in binary mode on MQTT 5: the data is the payload, every other attribute a property, and nothing else is one', () => {
    const message = outgoingMessage(event, settings, topics, '5')!;
    expect(message.contentType).toBe('application/json');
    expect(JSON.parse(message.payload)).toEqual(record.data);
    expect(message.userProperties).not.toHaveProperty('datacontenttype');
    expect(message.userProperties['specversion']).toBe('1.0');
    for (const name of Object.keys(message.userProperties)) expect(name).toMatch(/^[a-z0-9]+$/);
    expect(judge(message)).toMatchObject(attributes);
  });

  it('in structured mode on 3.1.1, where properties are lost', () => {
    const message = outgoingMessage(event, settings, topics, '3.1.1')!;
    expect(message.contentType).toMatch(/^application\/cloudevents\+json/);
    expect(judge(message)).toMatchObject(attributes);
  });

  it('in structured mode on the topics of whole events, whatever the protocol', () => {
    expect(judge(wholeEventMessage(event, settings, topics)!)).toMatchObject(attributes);
  });

  it('without a cause there is no correlation', () => {
    const uncaused = outgoingMessage(eventOf({}), settings, topics, '5')!;
    expect(uncaused.userProperties).not.toHaveProperty('correlationid');
    judge(uncaused);
  });
});
