import type { CancelTimer, Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Micros, MonotonicTime } from '../core/time.js';
import type { StoredEvent } from '../events/types.js';
import type { StreamStats } from '../metrics/metric-types.js';
import type { Link } from './link.js';
import type { Outcome, Sending } from './outbox.js';
import { type OutgoingMessage, packetSize } from './outgoing.js';

export interface SenderOptions {
  link: Link;
  clock: Clock;
  counts: SendingCounts;
  /** Undefined for an event that is not for this peer. */
  messageOf(event: StoredEvent): OutgoingMessage | undefined;
  /** How long events without subscribers are repeated. */
  patience: Micros;
}

export type SendingCounts = Pick<StreamStats, 'published' | 'acknowledged' | 'resent'>;

interface SenderHandlers {
  /** The broker will never take this event. */
  onDropped(event: StoredEvent, why: string): void;
  /** The broker does not take this event now. */
  onRefused(event: StoredEvent, reasonCode: number): void;
  /** An acknowledgement has freed a place for another message. */
  onRoom(): void;
}

const FIRST_REFUSAL = 0x80;
const NO_SUBSCRIBERS = 0x10;
/** Reason codes that would be the same for every further attempt. Everything else is retried. */
const PERMANENT = new Set([0x90 /* topic name */, 0x95 /* too large */, 0x99 /* payload format */]);
const RETRY_MS = 500;

/**
 * Sends events over one link, and reports what became of them.
 *
 * A broker discards events that nobody subscribes to, and after its crash the subscribers may reconnect later than we
 * do. So the first event of every topic is sent alone, and repeated for a while as long as nobody subscribes to it.
 */
export class EventSender {
  readonly #options: SenderOptions;
  readonly #handlers: SenderHandlers;
  readonly #patientUntil: MonotonicTime;
  /** Topics whose first event was delivered or given up. */
  readonly #heard = new Set<string>();
  #alone = false;
  #timer: CancelTimer | undefined;

  constructor(options: SenderOptions, handlers: SenderHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    const { link, clock, patience } = options;
    // Only MQTT 5 reports that there were no subscribers.
    this.#patientUntil = (clock.monotonic() + (link.version === 5 ? patience : 0)) as MonotonicTime;
  }

  get credit(): number {
    return this.#alone ? 0 : this.#options.link.credit;
  }

  /** The link has ended. */
  close(): void {
    this.#timer?.();
  }

  send(event: StoredEvent, inFlight: number, repeat: boolean, done: (outcome: Outcome) => void): Sending {
    const message = this.#messageOf(event);
    if (!message) return 'skipped';
    const { link, clock, counts } = this.#options;
    const alone = !this.#heard.has(message.way) && clock.monotonic() < this.#patientUntil;
    if (alone && inFlight > 0) return 'later';
    this.#alone = alone;

    let again = repeat;
    const publish = (): void => {
      // Responses to direct methods may have used up the credit.
      if (link.credit <= 0) {
        later();
        return;
      }
      counts.published++;
      if (again) counts.resent++;
      again = true;
      link.publish(message, answered);
    };
    const later = (): void => {
      this.#timer = clock.after(RETRY_MS, publish);
    };
    const answered = (code: number): void => {
      if (code === NO_SUBSCRIBERS && alone && clock.monotonic() < this.#patientUntil) {
        later();
        return;
      }
      this.#heard.add(message.way);
      this.#alone = false;
      this.#handlers.onRoom();
      done(this.#judge(event, code));
    };
    publish();
    return 'sent';
  }

  #messageOf(event: StoredEvent): OutgoingMessage | undefined {
    let message: OutgoingMessage | undefined;
    try {
      message = this.#options.messageOf(event);
    } catch (thrown) {
      this.#handlers.onDropped(event, `it cannot be written as a message: ${messageOf(thrown)}`);
    }
    const limit = this.#options.link.maximumPacketSize;
    if (!message || packetSize(message) <= limit) return message;
    this.#handlers.onDropped(event, `it is larger than the ${limit} bytes that the broker takes`);
    return undefined;
  }

  #judge(event: StoredEvent, code: number): Outcome {
    if (code < FIRST_REFUSAL) {
      this.#options.counts.acknowledged++;
      return 'acknowledged';
    }
    if (PERMANENT.has(code)) {
      this.#handlers.onDropped(event, `the broker refuses it with reason code ${code}`);
      return 'refused';
    }
    this.#handlers.onRefused(event, code);
    return 'retry';
  }
}

export const isRefusal = (reasonCode: number): boolean => reasonCode >= FIRST_REFUSAL;
