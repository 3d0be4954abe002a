import { resumeAfter } from './journal-reader.js';
import type { EventRecord, GapRecord } from './types.js';

/**
 * An event as CloudEvents 1.0.2 has it, in this order of keys. Attributes with lower-case names that the specification
 * does not know are extensions.
 */
export interface CloudEvent {
  specversion: '1.0';
  id: string;
  /** The event's `topic`. */
  source: string;
  type: string;
  /** Not that of a gap, which is no part of the engine. */
  subject?: string;
  /** ISO-8601 UTC with milliseconds. */
  time: string;
  datacontenttype: 'application/json';
  /** `seq` with leading zeros, so that it sorts as text; CloudEvents' Sequence extension. */
  sequence: string;
  /** The event's `dataVersion`. */
  dataversion: string;
  /** `id` of the event that caused this one; CloudEvents' Correlation extension. */
  correlationid?: string;
  data: unknown;
}

/** As many digits as the largest safe integer has. */
const SEQUENCE_DIGITS = 16;

const GAP_TYPE = 'Sluice.Log.Gap';

const sequenceOf = (seq: number): string => String(seq).padStart(SEQUENCE_DIGITS, '0');

export const cloudEventOf = (record: EventRecord): CloudEvent => ({
  specversion: '1.0',
  id: record.id,
  source: record.topic,
  type: record.eventType,
  subject: record.subject,
  time: record.eventTime,
  datacontenttype: 'application/json',
  sequence: sequenceOf(record.seq),
  dataversion: record.dataVersion,
  ...(record.correlationId === undefined ? {} : { correlationid: record.correlationId }),
  data: record.data,
});

/**
 * In place of events that the log does not hold (any more). Its `sequence` is the number to go on from.
 *
 * @param topic that of the engine's events
 * @param time of the reading; ISO-8601 UTC
 */
export const cloudEventOfGap = ({ gap }: GapRecord, topic: string, time: string): CloudEvent => ({
  specversion: '1.0',
  id: `gap-${gap.from}-${gap.to}`,
  source: topic,
  type: GAP_TYPE,
  time,
  datacontenttype: 'application/json',
  sequence: sequenceOf(resumeAfter({ gap })),
  dataversion: '1.0',
  data: gap,
});
