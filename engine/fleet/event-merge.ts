import type { CancelTimer, Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { SluiceEvent } from '../events/catalogue.js';
import type { EventAdopter, EventJournal } from '../events/types.js';
import type { FromEngine } from './messages.js';

type FromLog = Extract<FromEngine, { kind: 'events' | 'gap' }>;

interface EventMergeOptions {
  journal: EventJournal & EventAdopter;
  clock: Clock;
  log: Pick<Logger, 'error' | 'warn'>;
}

const RETRY_MS = 1000;

/** The name of its position in the merged log. */
export const consumerOf = (engine: number): string => `engine ${engine}`;

/**
 * Makes one event log of those of the engines. An event and the position in the log that it is from are written in one
 * transaction, so that each is in the merged log once, whichever process ends when. While it cannot be written, what has
 * come waits, and the engines stop sending: the rest waits in their own logs.
 */
export class EventMerge {
  readonly #options: EventMergeOptions;
  /** What waits to be written, by engine, and whom to tell when it is. */
  readonly #waiting: Array<{ engine: number; message: FromLog; onTaken: (seq: number) => void }> = [];
  #cancelRetry: CancelTimer | undefined;
  #failure: string | undefined;

  constructor(options: EventMergeOptions) {
    this.#options = options;
  }

  /** The last event of an engine that is in the merged log. */
  position(engine: number): number {
    return this.#options.journal.cursor(consumerOf(engine));
  }

  /** Why nothing can be written at the moment. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** @param onTaken called when it is in the log, and with it all that came before */
  take(engine: number, message: FromLog, onTaken: (seq: number) => void): void {
    this.#waiting.push({ engine, message, onTaken });
    if (!this.#cancelRetry) this.#write();
  }

  /** The process of an engine has ended: what it has said and could not be written will be said again by the next. */
  forget(engine: number): void {
    for (let index = this.#waiting.length - 1; index >= 0; index--) {
      if (this.#waiting[index]?.engine === engine) this.#waiting.splice(index, 1);
    }
  }

  stop(): void {
    this.#cancelRetry?.();
    this.#waiting.length = 0;
  }

  #write(): void {
    const { log, clock } = this.#options;
    this.#cancelRetry = undefined;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      try {
        this.#adopt(next.engine, next.message);
      } catch (error) {
        if (this.#failure === undefined) log.error({ err: error }, 'events cannot be written to the merged log');
        this.#failure = messageOf(error);
        this.#cancelRetry = clock.after(RETRY_MS, () => this.#write());
        return;
      }
      this.#failure = undefined;
      this.#waiting.shift();
      next.onTaken(next.message.upTo);
    }
  }

  #adopt(engine: number, message: FromLog): void {
    const { journal, clock, log } = this.#options;
    const position = (): void => journal.saveCursor(consumerOf(engine), message.upTo);
    if (message.kind === 'events') {
      journal.adopt(position, message.events);
      return;
    }
    journal.adopt(position, []);
    const { reason, count } = message;
    log.warn({ engine, reason, count }, 'events are missing in the log of an engine');
    journal.publish({
      eventType: SluiceEvent.EventsLost,
      subject: '',
      eventTime: clock.utc(),
      data: { count, byType: {}, reason: `engine ${engine}: ${reason}` },
    });
  }
}
