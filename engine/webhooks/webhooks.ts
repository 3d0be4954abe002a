import type { Config } from '../config/index.js';
import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import type { EventTypes } from '../events/event-types.js';
import type { EventJournal } from '../events/types.js';
import { PostBox } from './post-box.js';
import { WebhookReports } from './reports.js';
import type { WebhookSettings, WebhookStats } from './types.js';
import { Webhook } from './webhook.js';

interface WebhooksOptions {
  journal: EventJournal;
  types: EventTypes;
  /**
   * Seq after which those begin that are there at the start and have never been before. Others begin with what happens
   * from then on.
   */
  beginAfter: number;
  clock: Clock;
  log: Logger;
}

/** The webhooks of the configuration. */
export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #reports: WebhookReports;
  readonly #webhooks = new Map<string, Webhook>();
  #beginAfter: number | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: WebhooksOptions) {
    this.#options = options;
    this.#beginAfter = options.beginAfter;
    this.#reports = new WebhookReports({ ...options, events: options.journal });
  }

  /**
   * Begins with new ones, ends those that are no longer there, and begins anew, from where they were, with those that
   * have changed.
   *
   * @throws SluiceError `EventTypeUnknown`, `EventFilterInvalid`, `WebhookInvalid`; nothing changes then
   */
  configure(webhooks: Config['webhooks']): void {
    const wanted = Object.entries(webhooks).map(([name, webhook]): WebhookSettings => ({ name, ...webhook }));
    const changed = wanted.filter((settings) => !isSame(settings, this.#webhooks.get(settings.name)?.settings));
    for (const { name, types, pipelines } of changed) {
      this.#options.types.check({ type: types, pipeline: pipelines }, `webhooks.${name}: `);
    }
    const boxes = this.#boxesOf(changed);
    const beginAfter = this.#beginAfter ?? this.#options.journal.lastSeq;
    this.#beginAfter = undefined;
    const names = new Set(wanted.map(({ name }) => name));
    const replaced = new Set(changed.map(({ name }) => name));
    const ending = [...this.#webhooks.values()].filter(
      ({ settings: { name } }) => !names.has(name) || replaced.has(name),
    );
    for (const webhook of ending) this.#webhooks.delete(webhook.settings.name);
    const { journal, clock, log } = this.#options;
    const beginning = changed.map((settings, index) => {
      const webhook = new Webhook({
        settings,
        box: boxes[index]!,
        journal,
        reports: this.#reports,
        beginAfter,
        clock,
        log,
      });
      this.#webhooks.set(settings.name, webhook);
      return webhook;
    });
    // One that has changed must not post while its former self still does.
    void this.#inTurn(async () => {
      await Promise.all(ending.map((webhook) => webhook.stop()));
      for (const webhook of beginning) webhook.start();
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      await Promise.all([...this.#webhooks.values()].map((webhook) => webhook.stop()));
    });
  }

  stats(): WebhookStats[] {
    return [...this.#webhooks.values()].map((webhook) => webhook.stats());
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(task).catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'webhooks could not be started or stopped');
    });
    return this.#turn;
  }

  #boxesOf(changed: readonly WebhookSettings[]): PostBox[] {
    const boxes: PostBox[] = [];
    try {
      for (const settings of changed) boxes.push(new PostBox(settings, this.#options.clock));
      return boxes;
    } catch (error) {
      for (const box of boxes) void box.close();
      throw error;
    }
  }
}

const isSame = (a: WebhookSettings, b: WebhookSettings | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);
