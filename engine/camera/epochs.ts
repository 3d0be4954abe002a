import type { EncodedUnit, StreamCaps } from '../../bridge/index.js';
import type { GopRing } from './gop-ring.js';

/** Whether a unit of video enters the ring, and if not, the cause under which it is counted as dropped. */
export type Admission = 'admitted' | 'beforeKeyframe';

/**
 * The epochs of one camera's video. All units of an epoch can be decoded and muxed together. Each connection and each new
 * format begins one, always on a keyframe.
 */
export class Epochs {
  readonly #ring: Pick<GopRing, 'oldest'>;
  /** For as long as a unit of the epoch is in the ring. */
  readonly #caps = new Map<number, StreamCaps>();
  #current = 0;
  #awaitsKey = true;
  #pending: StreamCaps | undefined;

  constructor(ring: Pick<GopRing, 'oldest'>) {
    this.#ring = ring;
  }

  /** The epoch that units are admitted to. */
  get current(): number {
    return this.#current;
  }

  /** Units come, and can be decoded. */
  get running(): boolean {
    return !this.#awaitsKey;
  }

  capsOf(epoch: number): StreamCaps | undefined {
    return this.#caps.get(epoch);
  }

  /** The format of the units that follow. It may read like the one before and still need other parameter sets. */
  caps(caps: StreamCaps): void {
    this.#pending = caps;
  }

  /** The connection has ended: the next keyframe begins an epoch. */
  connectionEnded(): void {
    this.#awaitsKey = true;
  }

  /** Decides about a unit, and begins an epoch with it if necessary. */
  admit(unit: Pick<EncodedUnit, 'key'>): Admission {
    if (this.#awaitsKey || this.#pending !== undefined) {
      // Nothing before a keyframe can be decoded or muxed.
      if (!unit.key) return 'beforeKeyframe';
      this.#begin();
    }
    return 'admitted';
  }

  #begin(): void {
    const caps = this.#pending ?? this.#caps.get(this.#current);
    this.#current++;
    this.#awaitsKey = false;
    this.#pending = undefined;
    if (caps !== undefined) this.#caps.set(this.#current, caps);
    const oldest = this.#ring.oldest?.epoch ?? this.#current;
    for (const epoch of this.#caps.keys()) if (epoch < oldest) this.#caps.delete(epoch);
  }
}
