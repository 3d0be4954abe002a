import { Backoff } from '../core/backoff.js';
import type { CancelTimer, Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { MICROS_PER_MS, type MonotonicTime } from '../core/time.js';
import { hasBegun, saveBegun } from '../events/consumer-mark.js';
import { EventMatcher } from '../events/filter.js';
import type { EventJournal } from '../events/types.js';
import { letterOf, type Parcel } from './parcel.js';
import type { PostBox } from './post-box.js';
import { EventQueue } from './queue.js';
import type { WebhookReports } from './reports.js';
import type { WebhookSettings, WebhookState, WebhookStats } from './types.js';

interface WebhookOptions {
  settings: WebhookSettings;
  box: PostBox;
  journal: EventJournal;
  reports: WebhookReports;
  /** Seq after which a webhook begins that has never been there. */
  beginAfter: number;
  clock: Clock;
  log: Logger;
}

const RETRIES = { normal: { firstMs: 1000, lastMs: 60_000, floor: 0.5 } } as const;
/** While the log cannot be read. */
const READ_AGAIN_MS = 1000;
/** How long a request may still take when the engine stops. */
const SETTLE_MS = 2000;

/** Posts the events of the log to one server: in order, one request at a time, each event at least once. */
export class Webhook {
  readonly settings: WebhookSettings;
  readonly #options: WebhookOptions;
  readonly #backoff: Backoff<'normal'>;
  readonly #consumer: string;
  #queue: EventQueue | undefined;
  #saved = 0;
  #state: WebhookState = 'idle';
  #since: number;
  #problem: string | undefined;
  #retryAt: number | undefined;
  #counts = { requests: 0, failures: 0, delivered: 0, dropped: 0, lost: 0 };
  /** Fewer events at once than a batch may have, while there is one that the server refuses. */
  #atMost: number | undefined;
  #refusedSince: MonotonicTime | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #unlisten: (() => void) | undefined;

  constructor(options: WebhookOptions) {
    this.settings = options.settings;
    this.#options = options;
    this.#consumer = `webhook.${options.settings.name}`;
    this.#backoff = new Backoff({ clock: options.clock, ranges: RETRIES, stableMs: 0 });
    this.#since = options.clock.utc();
  }

  start(): void {
    const { journal, settings, log } = this.#options;
    const matcher = new EventMatcher({ type: settings.types, pipeline: settings.pipelines });
    this.#queue = new EventQueue(journal, this.#begin(), matcher, settings);
    this.#unlisten = journal.onAppended(() => this.#wakeUp());
    this.#running = this.#run(this.#queue).catch((error: unknown) => {
      this.#problem = 'a fault of the engine; its log says more';
      this.#enter('gone');
      log.error({ err: error, webhook: settings.name }, 'a webhook has failed');
    });
  }

  /** Waits a little for a request that is under way. What is not taken is posted again after the next start. */
  async stop(): Promise<void> {
    const { clock, box } = this.#options;
    this.#stopped = true;
    this.#unlisten?.();
    this.#wakeUp();
    const cancel = clock.after(SETTLE_MS, () => void box.close());
    await this.#running;
    cancel();
    await box.close();
    this.#save();
  }

  stats(): WebhookStats {
    const { journal, box } = this.#options;
    const cursor = this.#queue?.settled ?? 0;
    return {
      name: this.settings.name,
      state: this.#state,
      since: Math.floor(this.#since / MICROS_PER_MS),
      target: box.target,
      problem: this.#problem,
      retryAt: this.#retryAt,
      ...this.#counts,
      cursor,
      lag: Math.max(0, journal.lastSeq - cursor),
    };
  }

  /** The position, which is stored from the beginning on. */
  #begin(): number {
    const { journal, beginAfter } = this.#options;
    if (hasBegun(journal, this.#consumer)) {
      this.#saved = journal.cursor(this.#consumer);
      return this.#saved;
    }
    this.#store(beginAfter);
    try {
      saveBegun(journal, this.#consumer, true);
    } catch (error) {
      this.#tellUnsaved(error);
    }
    return beginAfter;
  }

  async #run(queue: EventQueue): Promise<void> {
    while (!this.#stopped) {
      const parcel = this.#next(queue);
      if (parcel === 'later') await this.#pause(READ_AGAIN_MS);
      else if (parcel === 'more') await new Promise(setImmediate);
      else if (parcel === undefined) {
        this.#save();
        this.#enter('idle');
        await this.#pause();
      } else await this.#deliver(queue, parcel);
    }
  }

  #next(queue: EventQueue): Parcel | 'more' | 'later' | undefined {
    try {
      return queue.next(this.#atMost);
    } catch (error) {
      this.#options.log.error(
        { err: error, webhook: this.settings.name },
        'the event log cannot be read for a webhook',
      );
      return 'later';
    }
  }

  async #deliver(queue: EventQueue, parcel: Parcel): Promise<void> {
    const { box, journal, clock } = this.#options;
    this.#enter('sending');
    this.#counts.requests += 1;
    const verdict = await box.post(letterOf(parcel, this.settings.form, journal.topic, clock.utc()));
    if (verdict.kind === 'taken') {
      this.#recovered();
      this.#counts.delivered += parcel.kind === 'events' ? parcel.events.length : 0;
      // Behind the event that was refused, batches grow again.
      if (this.#atMost !== undefined)
        this.#atMost = this.#atMost < this.settings.batchEvents ? 2 * this.#atMost : undefined;
      this.#settle(queue, parcel);
      return;
    }
    if (this.#stopped) return;
    this.#counts.failures += 1;
    this.#failed(verdict.why);
    if (verdict.kind === 'gone') await this.#beGone(verdict.why);
    else if (verdict.kind === 'failed') await this.#wait(verdict.afterMs);
    else await this.#refused(queue, parcel, verdict.why);
  }

  /** One event that is refused must neither keep others from the server for ever, nor be lost for a fault of an hour. */
  async #refused(queue: EventQueue, parcel: Parcel, why: string): Promise<void> {
    const { clock, reports } = this.#options;
    if (parcel.kind === 'events' && parcel.events.length > 1) {
      this.#atMost = Math.floor(parcel.events.length / 2);
      return;
    }
    this.#refusedSince ??= clock.monotonic();
    if (clock.monotonic() - this.#refusedSince < this.settings.giveUpAfter) return this.#wait();
    const [event] = parcel.kind === 'events' ? parcel.events : [];
    if (event) {
      this.#counts.dropped += 1;
      reports.drop(this.settings.name, event.record, why);
    }
    this.#backoff.reset();
    this.#settle(queue, parcel);
  }

  #settle(queue: EventQueue, parcel: Parcel): void {
    this.#refusedSince = undefined;
    queue.settle(parcel);
    this.#save();
    if (parcel.kind !== 'gap') return;
    const { from, to, reason } = parcel.gap.gap;
    // Of the others nobody knows whether they were events.
    if (reason !== 'retention' && reason !== 'missing') return;
    this.#counts.lost += to - from + 1;
    this.#options.reports.lose(this.settings.name, parcel.gap.gap);
  }

  async #wait(afterMs = this.#backoff.failed('normal')): Promise<void> {
    this.#enter('waiting');
    this.#retryAt = Math.floor(this.#options.clock.utc() / MICROS_PER_MS) + afterMs;
    const { clock } = this.#options;
    const until = clock.monotonic() + afterMs * MICROS_PER_MS;
    // New events are no reason to ask earlier.
    for (let left = afterMs; left > 0 && !this.#stopped; left = (until - clock.monotonic()) / MICROS_PER_MS) {
      await this.#pause(left);
    }
    this.#retryAt = undefined;
  }

  async #beGone(why: string): Promise<void> {
    this.#enter('gone');
    this.#options.reports.gone(this.settings.name, why);
    while (!this.#stopped) await this.#pause();
  }

  /** Until there are new events or it is stopped, or for a time. */
  #pause(ms?: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel: CancelTimer | undefined =
        ms === undefined ? undefined : this.#options.clock.after(ms, () => this.#wakeUp());
      this.#wake = () => {
        cancel?.();
        resolve();
      };
    });
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  #failed(why: string): void {
    if (why !== this.#problem) this.#options.reports.trouble(this.settings.name, why);
    this.#problem = why;
  }

  #recovered(): void {
    if (this.#problem !== undefined) this.#options.reports.recovered(this.settings.name);
    this.#problem = undefined;
    this.#backoff.reset();
  }

  #enter(state: WebhookState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#since = this.#options.clock.utc();
  }

  #save(): void {
    const settled = this.#queue?.settled ?? this.#saved;
    if (settled !== this.#saved) this.#store(settled);
  }

  #store(seq: number): void {
    try {
      this.#options.journal.saveCursor(this.#consumer, seq);
      this.#saved = seq;
    } catch (error) {
      this.#tellUnsaved(error);
    }
  }

  #tellUnsaved(error: unknown): void {
    const what = 'the position of a webhook cannot be stored; events may be posted twice';
    this.#options.log.warn({ webhook: this.settings.name, why: messageOf(error) }, what);
  }
}
