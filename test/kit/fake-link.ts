import type { Link, LinkMessage } from '../../engine/hub/link.js';

/** A link to a broker that keeps what is retained, and acknowledges when it is told to. */
export class FakeLink {
  readonly version = 5;
  credit = 1000;
  maximumPacketSize = 1_000_000;
  /** In the order of publishing. */
  readonly sent: LinkMessage[] = [];
  readonly retained = new Map<string, string | Buffer>();
  readonly filters: string[] = [];
  #answers: (() => void)[] = [];

  publish(message: LinkMessage, done: (reasonCode: number) => void): void {
    this.credit--;
    this.sent.push(message);
    if (message.retain && message.payload.length === 0) this.retained.delete(message.topic);
    else if (message.retain) this.retained.set(message.topic, message.payload);
    this.#answers.push(() => {
      this.credit++;
      done(this.refuses(message) ? 0x87 : 0);
    });
  }

  refuses: (message: LinkMessage) => boolean = () => false;

  async subscribe(filter: string): Promise<void> {
    this.filters.push(filter);
  }

  /** The broker acknowledges so many messages, without a number all that have been sent, and what is sent upon that. */
  acknowledge(count = Number.POSITIVE_INFINITY): void {
    for (let n = 0; n < count && this.#answers.length > 0; n++) this.#answers.shift()!();
  }

  /** Topics of what has been sent since the last call. */
  topics(): string[] {
    return this.sent.splice(0).map(({ topic }) => topic);
  }

  /** For parts that want the whole class. */
  get link(): Link {
    return this as unknown as Link;
  }
}
