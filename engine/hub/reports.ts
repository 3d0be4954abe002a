import { withoutCredentials } from '../../bridge/credentials.js';
import type { Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { AvaEvent } from '../events/catalogue.js';
import type { EventPublisher, StoredEvent } from '../events/types.js';
import { RateLimitedLog } from './incoming.js';

/** What goes wrong between the log and the broker: said in the log, counted, and what never arrives is an event. */
export class HubReports {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #events: EventPublisher | undefined;
  readonly #troubles: RateLimitedLog;
  /** Events that the broker will never take. */
  dropped = 0;
  /** Events that retention took first. */
  lost = 0;
  /** Why the last trouble was; no credentials. */
  lastError: string | undefined;

  constructor(log: Logger, clock: Clock, events: EventPublisher | undefined) {
    this.#log = log;
    this.#clock = clock;
    this.#events = events;
    this.#troubles = new RateLimitedLog((details, message) => log.warn(details, message));
  }

  drop(event: StoredEvent, why: string): void {
    const { seq, id, eventType } = event.record;
    this.dropped++;
    this.#log.error({ seq, id, eventType, why }, 'an event cannot be delivered to the broker');
    // The report must not be able to cause another one.
    if (!eventType.endsWith('.DataDropped')) this.#publish({ seq, id, reason: why });
  }

  lose(from: number, to: number): void {
    this.lost += to - from + 1;
    const reason = 'the event log no longer held them when the broker could be reached';
    this.#log.error({ from, to }, `events were not delivered to the broker: ${reason}`);
    this.#publish({ from, to, reason });
  }

  /** What will pass; each kind of it is logged now and then. */
  trouble(message: string, thrown: unknown, details: Record<string, unknown> = {}): void {
    const why = thrown === undefined ? undefined : withoutCredentials(messageOf(thrown));
    this.lastError = why ?? message;
    this.#troubles.add(this.#clock.monotonic() / 1000, why === undefined ? details : { ...details, why }, message);
  }

  #publish(data: Record<string, unknown>): void {
    this.#events?.publish({
      eventType: AvaEvent.DataDropped,
      subject: '',
      eventTime: this.#clock.utc(),
      data: { dataType: 'event', target: 'mqtt', ...data },
    });
  }
}
