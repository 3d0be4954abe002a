import type { Clock } from '../core/clock.js';
import type { Micros } from '../core/time.js';
import { hasBegun, saveBegun } from '../events/consumer-mark.js';
import type { EventFeed, StoredEvent } from '../events/types.js';
import type { StreamStats } from '../metrics/metric-types.js';
import { EventSender, type SendingCounts } from './event-sender.js';
import type { Link } from './link.js';
import { Outbox } from './outbox.js';
import type { OutgoingMessage } from './outgoing.js';
import type { HubReports } from './reports.js';

export interface StreamOptions {
  journal: EventFeed;
  /** Names the durable position in the journal. */
  consumer: string;
  clock: Clock;
  reports: HubReports;
  /** Undefined for an event that is not for this stream. */
  messageOf(event: StoredEvent, link: Link): OutgoingMessage | undefined;
  /** How long after connecting events without subscribers are repeated. */
  patience(): Micros;
  /** An acknowledgement has freed a place for another message. */
  onRoom(): void;
  /** The broker does not take an event now. It is sent again over the next link. */
  onRefused(link: Link): void;
}

/** The events of the journal on their way to one kind of topic, over one link after the other. */
export class EventStream {
  readonly #options: StreamOptions;
  readonly #outbox: Outbox;
  readonly #counts: SendingCounts = { published: 0, acknowledged: 0, resent: 0 };
  #link: Link | undefined;
  #sender: EventSender | undefined;
  #unlisten: (() => void) | undefined;

  constructor(options: StreamOptions) {
    this.#options = options;
    const { journal, consumer, clock, reports } = options;
    this.#outbox = new Outbox(journal, consumer, clock, {
      credit: () => this.#sender?.credit ?? 0,
      send: (event, repeat, done) => this.#sender?.send(event, this.#outbox.inFlight, repeat, done) ?? 'later',
      onLost: (from, to) => reports.lose(from, to),
      onRetry: () => this.#link && options.onRefused(this.#link),
      onJournalError: (thrown, what) =>
        what === 'read'
          ? reports.trouble('the event log cannot be read', thrown)
          : reports.trouble('the position in the event log cannot be stored; events may be sent twice', thrown),
    });
  }

  /** @param after seq after which publishing begins if it never has */
  start(after: number): void {
    const { journal } = this.#options;
    this.#unlisten ??= journal.onAppended(() => this.fill());
    if (hasBegun(journal, this.#options.consumer)) return;
    this.#outbox.begin(after);
    this.#saveBegun(true);
  }

  /** Does not listen any more. A link must be closed before. */
  stop(): void {
    this.#unlisten?.();
    this.#unlisten = undefined;
  }

  /** It is not wanted: should it ever be, it begins with what happens then. */
  forget(): void {
    if (hasBegun(this.#options.journal, this.#options.consumer)) this.#saveBegun(false);
  }

  opened(link: Link): void {
    const { clock, messageOf, patience, reports, onRoom } = this.#options;
    this.#link = link;
    this.#sender = new EventSender(
      { link, clock, counts: this.#counts, messageOf: (event) => messageOf(event, link), patience: patience() },
      {
        onDropped: (event, why) => reports.drop(event, why),
        onRefused: (event, code) =>
          reports.trouble('the broker refuses an event', new Error(`reason code ${code}`), { seq: event.record.seq }),
        onRoom,
      },
    );
    this.#outbox.start();
  }

  /** What was in flight is sent again over the next link. */
  closed(): void {
    this.#link = undefined;
    this.#sender?.close();
    this.#sender = undefined;
    this.#outbox.pause();
  }

  /** Stops sending, and waits up to `timeoutMs` for what is in flight. */
  settle(timeoutMs: number): Promise<void> {
    return this.#outbox.settle(timeoutMs);
  }

  fill(): void {
    this.#outbox.fill();
  }

  stats(): StreamStats {
    const { journal, reports } = this.#options;
    const { cursor, inFlight } = this.#outbox;
    const { dropped, lost } = reports;
    return { ...this.#counts, inFlight, cursor, lag: journal.lastSeq - cursor, dropped, lost };
  }

  #saveBegun(begun: boolean): void {
    try {
      saveBegun(this.#options.journal, this.#options.consumer, begun);
    } catch (thrown) {
      const what = 'the position in the event log cannot be stored; events may be sent twice';
      this.#options.reports.trouble(what, thrown);
    }
  }
}
