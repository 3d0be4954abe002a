import type { Clock } from '../core/clock.js';
import { toIso } from '../core/time.js';
import { cloudEventOf, cloudEventOfGap } from '../events/cloud-event.js';
import { resumeAfter } from '../events/journal-reader.js';
import type { GapRecord, WireEvent } from '../events/types.js';
import { textFrame } from './frames.js';

/** How events are written on a connection. Connections with the same form and filter are sent the same bytes. */
export interface EventForm {
  readonly name: string;
  event(event: WireEvent): Buffer;
  gap(gap: GapRecord): Buffer;
}

/** The sub-protocol that CloudEvents' WebSocket binding names. */
export const CLOUD_EVENTS_PROTOCOL = 'cloudevents.json';

/** Text messages of a WebSocket with the event as it is in the log. */
export const plainMessages: EventForm = {
  name: 'messages',
  event: ({ wire }) => textFrame(wire),
  gap: (gap) => textFrame(JSON.stringify(gap)),
};

/** Text messages with a structured CloudEvent each. @param topic that of the engine's events */
export const cloudMessages = (topic: string, clock: Pick<Clock, 'utc'>): EventForm => ({
  name: CLOUD_EVENTS_PROTOCOL,
  event: ({ record }) => textFrame(JSON.stringify(cloudEventOf(record))),
  gap: (gap) => textFrame(JSON.stringify(cloudEventOfGap(gap, topic, toIso(clock.utc())))),
});

/**
 * Server-sent events. Events come without a name, which is what a browser's `onmessage` listens to; their type is in
 * the data. What is no event of the log has a name: `gap`, `closing`.
 */
export const serverSent: EventForm = {
  name: 'server-sent',
  event: ({ seq, wire }) => Buffer.from(`id: ${seq}\ndata: ${wire}\n\n`),
  gap: (gap) => Buffer.from(`event: gap\nid: ${resumeAfter(gap)}\ndata: ${JSON.stringify(gap)}\n\n`),
};

/** The first bytes of a stream: when to come back after a break, and the position at which it begins. */
export const serverSentStart = (cursor: number, retryMs: number): string => `retry: ${retryMs}\nid: ${cursor}\n\n`;

/** Shows that the connection lives, and that all up to this number has been looked at, whether or not it was sent. */
export const serverSentBeat = (cursor: number): string => `:\nid: ${cursor}\n\n`;

export const serverSentEnd = (code: number, reason: string): string =>
  `event: closing\ndata: ${JSON.stringify({ code, reason })}\n\n`;
