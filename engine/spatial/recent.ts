import { type MediaTime, type Micros, seconds } from '../core/time.js';

export interface RecentLimits {
  /** Default 30 s: longer than a slow extension needs from picture to picture. */
  readonly forgetAfter?: Micros;
  /** The longest unseen go first. Default 4096. */
  readonly most?: number;
}

/** What is known of objects by their id. Those that have not been seen for a while are forgotten. */
export class Recent<V> {
  readonly #forgetAfter: Micros;
  readonly #most: number;
  /** In the order in which they were last seen. */
  readonly #known = new Map<string, { at: MediaTime; value: V }>();

  constructor({ forgetAfter = seconds(30), most = 4096 }: RecentLimits = {}) {
    this.#forgetAfter = forgetAfter;
    this.#most = most;
  }

  get size(): number {
    return this.#known.size;
  }

  /** The object is seen at `at`. Undefined if it has been seen then or later already. */
  seen(id: string, at: MediaTime, make: () => V): V | undefined {
    const known = this.#known.get(id);
    if (known && known.at >= at) return undefined;
    const value = known && at - known.at <= this.#forgetAfter ? known.value : make();
    this.#known.delete(id);
    this.#known.set(id, { at, value });
    return value;
  }

  forget(now: MediaTime): void {
    for (const [id, { at }] of this.#known) {
      if (now - at <= this.#forgetAfter && this.#known.size <= this.#most) return;
      this.#known.delete(id);
    }
  }
}
