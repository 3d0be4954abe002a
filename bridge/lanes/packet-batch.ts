import type { Lane } from './lane.js';

/** So long a packet waits for others. */
const LONGEST_MS = 160;
/** As much as a host reads with two calls. */
const MOST_BYTES = 128 * 1024;

/**
 * Packets that nobody waits for: they go out some at a time, because waking the process on the other side costs more than
 * what it does with a packet.
 */
export class PacketBatch {
  readonly #lane: Pick<Lane, 'writeAll'>;
  #packets: Buffer[] = [];
  #bytes = 0;
  #holds = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(lane: Pick<Lane, 'writeAll'>) {
    this.#lane = lane;
  }

  /** What waits here. */
  get bytes(): number {
    return this.#bytes;
  }

  /** From now on packets may wait; before that, each goes out at once. */
  hold(): void {
    this.#holds = true;
  }

  add(packet: Buffer): void {
    this.#packets.push(packet);
    this.#bytes += packet.length;
    if (!this.#holds || this.#bytes > MOST_BYTES) {
      this.flush();
      return;
    }
    this.#timer ??= setTimeout(() => this.flush(), LONGEST_MS).unref();
  }

  /** What waits goes out. */
  flush(): void {
    const packets = this.#packets;
    this.drop();
    this.#lane.writeAll(packets);
  }

  /** Nobody wants any more what waits. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#packets = [];
    this.#bytes = 0;
  }
}
