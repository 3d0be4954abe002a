import { withoutCredentials } from '../../bridge/credentials.js';
import type { Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { EventPublisher, StoredEvent } from '../events/types.js';
import { isWorthTelling, tellUndelivered, type Undelivered } from '../events/undelivered.js';
import { RateLimitedLog } from './incoming.js';

/**
 * Reports what goes wrong between journal and broker: in the log, in counts, and as events if something is never sent.
 */
export class HubReports {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #events: EventPublisher | undefined;
  readonly #target: string;
  readonly #troubles: RateLimitedLog;
  /** Number of events that the broker will never take. */
  dropped = 0;
  /** Number of events that retention removed before they could be sent. */
  lost = 0;
  /** What went wrong last; without credentials. */
  lastError: string | undefined;

  /** @param target of the events that tell what is never sent */
  constructor(log: Logger, clock: Clock, events: EventPublisher | undefined, target: string) {
    this.#log = log;
    this.#clock = clock;
    this.#events = events;
    this.#target = target;
    this.#troubles = new RateLimitedLog((details, message) => log.warn(details, message));
  }

  drop(event: StoredEvent, why: string): void {
    const { seq, id, eventType } = event.record;
    this.dropped++;
    this.#log.error({ seq, id, eventType, why }, 'an event cannot be delivered to the broker');
    if (isWorthTelling(event.record)) this.#tell({ seq, id, reason: why });
  }

  lose(from: number, to: number): void {
    this.lost += to - from + 1;
    const reason = 'the event log no longer held them when the broker could be reached';
    this.#log.error({ from, to }, `events were not delivered to the broker: ${reason}`);
    this.#tell({ from, to, reason });
  }

  /** A temporary problem. Each kind is logged at most every few seconds. */
  trouble(message: string, thrown: unknown, details: Record<string, unknown> = {}): void {
    const why = thrown === undefined ? undefined : withoutCredentials(messageOf(thrown));
    this.lastError = why ?? message;
    this.#troubles.add(this.#clock.monotonic() / 1000, why === undefined ? details : { ...details, why }, message);
  }

  #tell(undelivered: Undelivered): void {
    if (this.#events) tellUndelivered({ events: this.#events, clock: this.#clock }, this.#target, undelivered);
  }
}
