import type { StoredEvent } from '../events/types.js';
import { formatBag, type Topics } from './topics.js';
import type { HubSettings } from './types.js';

/** A message for the broker, QoS 1. */
export interface OutgoingMessage {
  /** hubOutputName of the message. */
  output: string;
  topic: string;
  payload: string;
  contentType: 'application/json';
  /** MQTT 5 user properties; left out on 3.1.1. */
  userProperties: Record<string, string>;
}

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

/** Undefined for an event that is not published. */
export const outgoingMessage = (
  event: StoredEvent,
  settings: HubSettings,
  topics: Topics,
  protocol: '5' | '3.1.1',
): OutgoingMessage | undefined => {
  const output = outputOf(event, settings);
  if (output === undefined) return undefined;
  const { record } = event;
  const application = {
    topic: record.topic,
    subject: record.subject,
    eventType: record.eventType,
    eventTime: record.eventTime,
    dataVersion: record.dataVersion,
    seq: String(record.seq),
  };
  const bag = topics.outputCarriesProperties
    ? formatBag({
        '$.on': output,
        '$.mid': record.id,
        ...(record.correlationId === undefined ? {} : { '$.cid': record.correlationId }),
        '$.ct': 'application/json',
        '$.ce': 'utf-8',
        ...application,
      })
    : '';
  const envelopeHasPlace = protocol === '5' || topics.outputCarriesProperties;
  const whole = settings.mqtt.payload === 'envelope' || (settings.mqtt.payload === 'auto' && !envelopeHasPlace);
  return {
    output,
    topic: topics.output(output, event.pipeline, bag),
    payload: JSON.stringify(whole ? record : record.data),
    contentType: 'application/json',
    userProperties: {
      id: record.id,
      ...(record.correlationId === undefined ? {} : { correlationId: record.correlationId }),
      ...application,
    },
  };
};

/** An upper bound for the size of the PUBLISH packet in bytes. */
export const packetSize = ({ topic, payload, userProperties }: OutgoingMessage): number => {
  let size = 64 + Buffer.byteLength(topic) + Buffer.byteLength(payload);
  for (const [name, value] of Object.entries(userProperties)) {
    size += 5 + Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  return size;
};
