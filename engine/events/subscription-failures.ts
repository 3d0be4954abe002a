import { withoutCredentials } from '../../bridge/credentials.js';
import type { CallbackFault, CallbackFaults } from '../core/callback-faults.js';
import type { Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import { RepeatedFaults } from '../core/guarded.js';
import type { Logger } from '../core/log.js';
import { SluiceEvent } from './catalogue.js';
import type { SubscriptionObserver } from './subscribe.js';
import type { EventPublisher } from './types.js';

interface Deps {
  journal: EventPublisher;
  clock: Clock;
  log: Logger;
  /** Tells the program. */
  faults: CallbackFaults;
}

/** Tells of subscriptions within the process whose handler failed, and counts those that ended. */
export class SubscriptionFailures implements SubscriptionObserver {
  readonly #deps: Deps;
  readonly #repeated: RepeatedFaults;
  #count = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#repeated = new RepeatedFaults(deps.clock, (error, count) =>
      deps.log.error({ err: error, count }, 'the handler of a subscription failed: it goes on with the next event'),
    );
  }

  get count(): number {
    return this.#count;
  }

  /** One has ended. @param seq the event that the handler was called with last. */
  failed(error: unknown, seq: number): void {
    const { journal, clock, log, faults } = this.#deps;
    this.#count += 1;
    faults.tell(error, { callback: 'handler', seq });
    log.error({ err: error, seq }, 'the handler of a subscription failed: it gets no more events');
    const data = { seq, message: withoutCredentials(messageOf(error)) };
    journal.publish({ eventType: SluiceEvent.SubscriptionFailed, subject: '', eventTime: clock.utc(), data });
  }

  /** One goes on after an error that its own `onError` was told of. */
  wentOn(error: unknown, fault: CallbackFault): void {
    this.#deps.faults.tell(error, fault);
    this.#repeated.add(error);
  }
}
