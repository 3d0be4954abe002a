import { withoutCredentials } from '../../bridge/credentials.js';
import type { Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { SluiceEvent } from './catalogue.js';
import type { EventPublisher } from './types.js';

interface Deps {
  journal: EventPublisher;
  clock: Clock;
  log: Logger;
}

/** Counts and tells of subscriptions within the process that ended because their handler failed. */
export class SubscriptionFailures {
  readonly #deps: Deps;
  #count = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get count(): number {
    return this.#count;
  }

  /** @param seq the event that the handler was called with last. */
  add(error: unknown, seq: number): void {
    const { journal, clock, log } = this.#deps;
    this.#count += 1;
    log.error({ err: error, seq }, 'the handler of a subscription failed: it gets no more events');
    const data = { seq, message: withoutCredentials(messageOf(error)) };
    journal.publish({ eventType: SluiceEvent.SubscriptionFailed, subject: '', eventTime: clock.utc(), data });
  }
}
