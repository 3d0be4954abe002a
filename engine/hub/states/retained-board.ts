import { isRefusal } from '../event-sender.js';
import type { Link, LinkMessage } from '../link.js';
import type { HubReports } from '../reports.js';

/** What stands on a topic. */
export interface Shown extends Pick<LinkMessage, 'payload' | 'contentType' | 'expirySeconds'> {}

interface BoardOptions {
  reports: Pick<HubReports, 'trouble'>;
  /** An acknowledgement has freed a place for another message. */
  onRoom(): void;
}

/** Of messages that say what happens: whoever is not there does not learn of it. */
const MOST_TOLD = 256;
/** Beside the payload. */
const PACKET_OVERHEAD = 1024;

/**
 * What the broker keeps for us, retained: the newest of each topic, and nothing older. Each connection begins with all of it,
 * because a broker may have forgotten, or kept what was true long ago.
 */
export class RetainedBoard {
  readonly #options: BoardOptions;
  readonly #shown = new Map<string, Shown>();
  /** Topics that are to be published, in this order. */
  readonly #due = new Set<string>();
  #told: LinkMessage[] = [];
  #link: Link | undefined;
  #inFlight = 0;
  #onEmpty: (() => void) | undefined;
  /** Messages since the start. */
  published = 0;

  constructor(options: BoardOptions) {
    this.#options = options;
  }

  /** Messages that are not published, or not acknowledged yet. */
  get waiting(): number {
    return this.#due.size + this.#told.length + this.#inFlight;
  }

  topics(): string[] {
    return [...this.#shown.keys()];
  }

  shows(topic: string): boolean {
    return this.#shown.has(topic);
  }

  /** What stands there already is not published again. */
  show(topic: string, shown: Shown): void {
    const before = this.#shown.get(topic);
    this.#shown.set(topic, shown);
    if (before && Buffer.from(before.payload).equals(Buffer.from(shown.payload))) return;
    this.#due.add(topic);
    this.fill();
  }

  /** Has the broker forget a topic, whoever has published it. */
  clear(topic: string): void {
    this.#shown.delete(topic);
    this.#due.add(topic);
    this.fill();
  }

  /** Nothing is published on this topic any more. What the broker has of it stays. */
  forget(topic: string): void {
    this.#shown.delete(topic);
    this.#due.delete(topic);
  }

  /** Publishes what stands on these topics once more. Those that wait already keep their place, or a slow broker would never get the last. */
  again(topics: Iterable<string>): void {
    for (const topic of topics) if (this.#shown.has(topic)) this.#due.add(topic);
    this.fill();
  }

  /** Says something that is not kept. */
  tell(topic: string, payload: string): void {
    if (!this.#link || this.#told.length >= MOST_TOLD) return;
    this.#told.push({ topic, payload, contentType: 'application/json' });
    this.fill();
  }

  opened(link: Link): void {
    this.#link = link;
    this.again(this.topics());
  }

  closed(): void {
    this.#link = undefined;
    this.#told = [];
    this.#inFlight = 0;
    this.#onEmpty?.();
  }

  /** Resolves when everything is acknowledged, or the link has ended. */
  emptied(): Promise<void> {
    if (!this.#link || this.waiting === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
    });
  }

  fill(): void {
    const link = this.#link;
    while (link && link === this.#link && link.credit > 0) {
      const message = this.#next();
      if (!message) break;
      this.#publish(link, message);
    }
  }

  #next(): LinkMessage | undefined {
    // What happens makes sense when it is known how things are.
    for (const topic of this.#due) {
      this.#due.delete(topic);
      const shown = this.#shown.get(topic) ?? { payload: '', contentType: 'text/plain' };
      return { topic, ...shown, retain: true };
    }
    return this.#told.shift();
  }

  #publish(link: Link, message: LinkMessage): void {
    const { reports, onRoom } = this.#options;
    const { topic, payload } = message;
    if (Buffer.byteLength(topic) + Buffer.byteLength(payload) + PACKET_OVERHEAD > link.maximumPacketSize) {
      reports.trouble('a state or picture is larger than the broker takes', undefined, { topic });
      return;
    }
    this.published++;
    this.#inFlight++;
    link.publish(message, (code) => {
      if (link !== this.#link) return;
      this.#inFlight--;
      if (isRefusal(code)) reports.trouble('the broker refuses a state', new Error(`reason code ${code}`), { topic });
      if (this.waiting === 0) this.#onEmpty?.();
      onRoom();
    });
  }
}
