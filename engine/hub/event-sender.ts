import type { CancelTimer, Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Micros } from '../core/time.js';
import type { StoredEvent } from '../events/types.js';
import type { Link } from './link.js';
import type { Outcome, Sending } from './outbox.js';
import { type OutgoingMessage, outgoingMessage, packetSize } from './outgoing.js';
import type { Topics } from './topics.js';
import type { HubSettings } from './types.js';

interface SenderHandlers {
  /** An event that this broker will never take. */
  onDropped(event: StoredEvent, why: string): void;
  /** An event that this broker does not take now. */
  onRefused(event: StoredEvent, reasonCode: number): void;
  /** An acknowledgement has made room. */
  onRoom(): void;
}

const FIRST_REFUSAL = 0x80;
const NO_SUBSCRIBERS = 0x10;
/** Refused for what they are: sending them again would fail again. Everything else is tried again. */
const HOPELESS = new Set([0x90 /* topic name */, 0x95 /* too large */, 0x99 /* payload format */]);
const ASK_AGAIN_MS = 500;

/**
 * Sends events over one link, and says what became of them.
 *
 * Events that nobody subscribes to are gone. After a broker's crash its subscribers may be back later than we are, so the
 * first event of every topic goes alone, and again for a while if nobody was there to take it.
 */
export class EventSender {
  readonly counts: { published: number; acknowledged: number; resent: number };
  readonly #link: Link;
  readonly #settings: HubSettings;
  readonly #topics: Topics;
  readonly #clock: Clock;
  readonly #handlers: SenderHandlers;
  readonly #patientUntil: Micros;
  /** Topics whose first event is settled. */
  readonly #heard = new Set<string>();
  #alone = false;
  #timer: CancelTimer | undefined;

  constructor(
    link: Link,
    context: { settings: HubSettings; topics: Topics; clock: Clock; counts: EventSender['counts'] },
    handlers: SenderHandlers,
  ) {
    this.#link = link;
    this.#settings = context.settings;
    this.#topics = context.topics;
    this.#clock = context.clock;
    this.counts = context.counts;
    this.#handlers = handlers;
    // Only MQTT 5 tells that nobody was there.
    const patience = link.version === 5 ? context.settings.mqtt.subscriberPatience : 0;
    this.#patientUntil = context.clock.monotonic() + patience;
  }

  get credit(): number {
    return this.#alone ? 0 : this.#link.credit;
  }

  /** The link has ended. */
  close(): void {
    this.#timer?.();
  }

  send(event: StoredEvent, inFlight: number, repeat: boolean, done: (outcome: Outcome) => void): Sending {
    const message = this.#messageOf(event);
    if (!message) return 'skipped';
    const key = this.#topics.output(message.output, event.pipeline, '');
    const alone = !this.#heard.has(key) && this.#clock.monotonic() < this.#patientUntil;
    if (alone && inFlight > 0) return 'later';
    this.#alone = alone;

    let again = repeat;
    const publish = (): void => {
      // Answers to direct methods may have taken the room.
      if (this.#link.credit <= 0) {
        later();
        return;
      }
      this.counts.published++;
      if (again) this.counts.resent++;
      again = true;
      this.#link.publish(message, answered);
    };
    const later = (): void => {
      this.#timer = this.#clock.after(ASK_AGAIN_MS, publish);
    };
    const answered = (code: number): void => {
      if (code === NO_SUBSCRIBERS && alone && this.#clock.monotonic() < this.#patientUntil) {
        later();
        return;
      }
      this.#heard.add(key);
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
      message = outgoingMessage(event, this.#settings, this.#topics, this.#link.version === 5 ? '5' : '3.1.1');
    } catch (thrown) {
      this.#handlers.onDropped(event, `it cannot be written as a message: ${messageOf(thrown)}`);
    }
    const limit = this.#link.maximumPacketSize;
    if (!message || packetSize(message) <= limit) return message;
    this.#handlers.onDropped(event, `it is larger than the ${limit} bytes that the broker takes`);
    return undefined;
  }

  #judge(event: StoredEvent, code: number): Outcome {
    if (code < FIRST_REFUSAL) {
      this.counts.acknowledged++;
      return 'acknowledged';
    }
    if (HOPELESS.has(code)) {
      this.#handlers.onDropped(event, `the broker refuses it with reason code ${code}`);
      return 'refused';
    }
    this.#handlers.onRefused(event, code);
    return 'retry';
  }
}

export const isRefusal = (reasonCode: number): boolean => reasonCode >= FIRST_REFUSAL;
