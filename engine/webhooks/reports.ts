import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import type { EventPublisher, EventRecord, GapRecord } from '../events/types.js';
import { isWorthTelling, tellUndelivered } from '../events/undelivered.js';

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
    if (isWorthTelling({ eventType })) tellUndelivered(this.#deps, `webhooks.${webhook}`, { seq, id, reason });
  }

  lose(webhook: string, { from, to }: GapRecord['gap']): void {
    const reason = 'the event log no longer held them when the webhook could take them';
    this.#deps.log.error({ webhook, from, to }, `events were not posted: ${reason}`);
    tellUndelivered(this.#deps, `webhooks.${webhook}`, { from, to, count: to - from + 1, reason });
  }
}
