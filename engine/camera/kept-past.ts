import type { Micros } from '../core/time.js';
import type { GopRing } from './gop-ring.js';

/** How much of the past a ring keeps: as much as whoever needs most, and what may pass before something in it is found. */
export class KeptPast {
  readonly #ring: Pick<GopRing, 'setSpan'>;
  readonly #spans = new Map<object, Micros>();
  #late: Micros = 0;

  constructor(ring: Pick<GopRing, 'setSpan'>) {
    this.#ring = ring;
  }

  /** `holder` needs at least this much, from now on; undefined: nothing more. */
  keep(holder: object, span: Micros | undefined): void {
    if (this.#spans.get(holder) === span) return;
    if (span === undefined) this.#spans.delete(holder);
    else this.#spans.set(holder, span);
    this.#apply();
  }

  /** What is found may be found so much later than it comes: what was before it is needed as well. */
  late(most: Micros): void {
    this.#late = most;
    this.#apply();
  }

  #apply(): void {
    this.#ring.setSpan(Math.max(0, ...this.#spans.values()) + this.#late);
  }
}
