import { isRefusal } from './event-sender.js';
import type { Link, LinkMessage } from './link.js';
import type { HubReports } from './reports.js';

const MOST_WAITING = 256;

/** Responses to direct methods that wait for room on the link. Those that an old link has not taken are dropped: callers ask again. */
export class Answers {
  readonly #reports: Pick<HubReports, 'trouble'>;
  /** An acknowledgement has freed a place for another message. */
  readonly #onRoom: () => void;
  #link: Link | undefined;
  #waiting: LinkMessage[] = [];

  constructor(reports: Pick<HubReports, 'trouble'>, onRoom: () => void) {
    this.#reports = reports;
    this.#onRoom = onRoom;
  }

  opened(link: Link): void {
    this.#link = link;
  }

  closed(): void {
    this.#link = undefined;
    this.#waiting = [];
  }

  /** @param link that over which the request has come */
  add(link: Link, message: LinkMessage): void {
    if (link !== this.#link || this.#waiting.length >= MOST_WAITING) {
      this.#reports.trouble('a response to a direct method could not be sent', undefined);
      return;
    }
    this.#waiting.push(message);
    this.#onRoom();
  }

  fill(): void {
    while (this.#waiting.length > 0 && this.#link && this.#link.credit > 0) {
      this.#link.publish(this.#waiting.shift()!, (code) => {
        if (isRefusal(code)) this.#reports.trouble('the broker refuses a response', new Error(`reason code ${code}`));
        this.#onRoom();
      });
    }
  }
}
