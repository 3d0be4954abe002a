import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import { AvaEvent } from '../events/catalogue.js';
import type { EventPublisher, EventRecord, GapRecord } from '../events/types.js';

interface Deps {
  events: EventPublisher;
  clock: Clock;
  log: Logger;
}

/** Tells of what goes wrong with webhooks: in the log, and in events if something will never be delivered. */
export class WebhookReports {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  trouble(webhook: string, why: string): void {
    this.#deps.log.warn({ webhook, why }, 'a webhook does not take events; they are posted again later');
  }

  recovered(webhook: string): void {
    this.#deps.log.info({ webhook }, 'a webhook takes events again');
  }

  gone(webhook: string, why: string): void {
    const what = 'nothing more is posted to a webhook until its settings change or the engine starts anew';
    this.#deps.log.error({ webhook, why }, what);
  }

  drop(webhook: string, { seq, id, eventType }: EventRecord, reason: string): void {
    this.#deps.log.error(
      { webhook, seq, id, eventType, reason },
      'an event is left out: a webhook refuses it for good',
    );
    // The report of a dropped event is an event itself; dropping that must not cause another report.
    if (eventType !== AvaEvent.DataDropped) this.#publish(webhook, { seq, id, reason });
  }

  lose(webhook: string, { from, to }: GapRecord['gap']): void {
    const reason = 'the event log no longer held them when the webhook could take them';
    this.#deps.log.error({ webhook, from, to }, `events were not posted: ${reason}`);
    this.#publish(webhook, { from, to, count: to - from + 1, reason });
  }

  #publish(webhook: string, data: Record<string, unknown>): void {
    const { events, clock } = this.#deps;
    events.publish({
      eventType: AvaEvent.DataDropped,
      subject: '',
      eventTime: clock.utc(),
      data: { dataType: 'event', target: `webhooks.${webhook}`, ...data },
    });
  }
}
