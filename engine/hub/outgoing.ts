import { type CloudEvent, cloudEventOf } from '../events/cloud-event.js';
import type { EventRecord, StoredEvent } from '../events/types.js';
import { formatBag, type Topics } from './topics.js';
import type { HubSettings } from './types.js';

/** A message about an event for the broker, QoS 1. */
export interface OutgoingMessage {
  topic: string;
  /** The topic without what differs from event to event: who subscribes to one such message gets them all. */
  way: string;
  payload: string;
  contentType: string;
  /** MQTT 5 user properties; left out on 3.1.1. */
  userProperties: Record<string, string>;
}

type Body = Pick<OutgoingMessage, 'payload' | 'contentType' | 'userProperties'>;

const JSON_TYPE = 'application/json';
const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/**
 * The hubOutputName for an event, as in AVA's module: that of the IotHubMessageSink it passed, or the configured one
 * for operational and diagnostics events. Undefined if the event is not published.
 */
const outputOf = (event: StoredEvent, settings: HubSettings): string | undefined => {
  if (event.output) return event.output;
  const category = event.record.eventType.split('.').at(-2);
  if (category === 'Operational') return settings.operationalEventsOutputName || undefined;
  if (category === 'Diagnostics') return settings.diagnosticsEventsOutputName || undefined;
  return undefined;
};

/** What travels beside the data as properties. */
const applicationOf = (record: EventRecord): Record<string, string> => ({
  topic: record.topic,
  subject: record.subject,
  eventType: record.eventType,
  eventTime: record.eventTime,
  dataVersion: record.dataVersion,
  seq: String(record.seq),
});

/** A message on the topic of its hub output. Undefined for an event that is not published there. */
export const outgoingMessage = (
  event: StoredEvent,
  settings: HubSettings,
  topics: Topics,
  protocol: '5' | '3.1.1',
): OutgoingMessage | undefined => {
  const output = outputOf(event, settings);
  if (output === undefined) return undefined;
  const body = bodyOf(event.record, settings.mqtt.payload, protocol, topics.outputCarriesProperties);
  const bag = topics.outputCarriesProperties ? bagOf(event.record, output, body.contentType) : '';
  const topicWith = (properties: string): string => topics.output(output, event.pipeline, properties);
  return { topic: topicWith(bag), way: topicWith(''), ...body };
};

/** The message with the whole event in its payload, whatever the protocol. Undefined if there are to be none. */
export const wholeEventMessage = (
  event: StoredEvent,
  settings: HubSettings,
  topics: Topics,
): OutgoingMessage | undefined => {
  const { wholeEvents } = settings.mqtt;
  const topic = wholeEvents === 'none' ? undefined : topics.event(event.pipeline, event.record.eventType);
  if (topic === undefined) return undefined;
  return { topic, way: topic, ...(wholeEvents === 'cloudevents' ? structured(event.record) : whole(event.record)) };
};

const bodyOf = (
  record: EventRecord,
  payload: HubSettings['mqtt']['payload'],
  protocol: '5' | '3.1.1',
  topicCarriesEnvelope: boolean,
): Body => {
  if (payload === 'cloudevents') return protocol === '5' ? binary(record) : structured(record);
  const envelopeHasPlace = protocol === '5' || topicCarriesEnvelope;
  const isWhole = payload === 'envelope' || (payload === 'auto' && !envelopeHasPlace);
  return isWhole ? whole(record) : { ...whole(record), payload: JSON.stringify(record.data) };
};

const whole = (record: EventRecord): Body => ({
  payload: JSON.stringify(record),
  contentType: JSON_TYPE,
  userProperties: {
    id: record.id,
    ...(record.correlationId === undefined ? {} : { correlationId: record.correlationId }),
    ...applicationOf(record),
  },
});

/** CloudEvents' structured mode: the event is the payload. */
const structured = (record: EventRecord): Body => ({
  payload: JSON.stringify(cloudEventOf(record)),
  contentType: CLOUD_EVENT_TYPE,
  userProperties: {},
});

/** CloudEvents' binary mode: the data is the payload, and every other attribute a property. */
const binary = (record: EventRecord): Body => {
  const { data, datacontenttype, ...attributes }: CloudEvent = cloudEventOf(record);
  return { payload: JSON.stringify(data), contentType: datacontenttype, userProperties: attributes };
};

const bagOf = (record: EventRecord, output: string, contentType: string): string =>
  formatBag({
    '$.on': output,
    '$.mid': record.id,
    ...(record.correlationId === undefined ? {} : { '$.cid': record.correlationId }),
    '$.ct': contentType,
    '$.ce': 'utf-8',
    ...applicationOf(record),
  });

/** An upper bound for the size of the PUBLISH packet in bytes. */
export const packetSize = ({ topic, payload, userProperties }: OutgoingMessage): number => {
  let size = 64 + Buffer.byteLength(topic) + Buffer.byteLength(payload);
  for (const [name, value] of Object.entries(userProperties)) {
    size += 5 + Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  return size;
};
