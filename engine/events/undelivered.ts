import type { Clock } from '../core/clock.js';
import { AvaEvent } from './catalogue.js';
import type { EventPublisher, EventRecord } from './types.js';

/** Events that a consumer will not get: one of them, or a run of them that the log no longer holds. */
export type Undelivered =
  | { seq: number; id: string; reason: string }
  | { from: number; to: number; count?: number; reason: string };

/** @param target the consumer */
export const tellUndelivered = (
  { events, clock }: { events: EventPublisher; clock: Clock },
  target: string,
  undelivered: Undelivered,
): void => {
  const data = { dataType: 'event', target, ...undelivered } as const;
  events.publish({ eventType: AvaEvent.DataDropped, subject: '', eventTime: clock.utc(), data });
};

/** The report of a dropped event is an event itself; dropping that must not cause another report. */
export const isWorthTelling = ({ eventType }: Pick<EventRecord, 'eventType'>): boolean =>
  eventType !== AvaEvent.DataDropped;
