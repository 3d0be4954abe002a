import { type EncodedUnit, hasPicture, type StreamCaps, type TrackKind } from '../../bridge/index.js';
import type { GopRing } from './gop-ring.js';
import { SequenceSets } from './sequence-sets.js';

/** Whether a unit enters the ring, and if not, the cause under which it is counted as dropped. */
export type Admission = 'admitted' | 'beforeKeyframe' | 'noPicture';

/**
 * The epochs of one camera's stream. All units of an epoch can be decoded and muxed together. Each connection, other
 * caps and other sequence parameter sets begin a new one, always on a keyframe.
 */
export class Epochs {
  readonly #ring: Pick<GopRing, 'oldest'>;
  /** Caps by epoch, then by track, for as long as a unit of the epoch is in the ring. */
  readonly #caps = new Map<number, Map<TrackKind, StreamCaps>>();
  readonly #sequenceSets = new SequenceSets();
  #current = 0;
  #awaitsKey = true;
  readonly #pending = new Map<TrackKind, StreamCaps>();

  constructor(ring: Pick<GopRing, 'oldest'>) {
    this.#ring = ring;
  }

  /** The epoch that units are admitted to. */
  get current(): number {
    return this.#current;
  }

  capsOf(epoch: number, track: TrackKind): StreamCaps | undefined {
    return this.#caps.get(epoch)?.get(track);
  }

  /** Parsers repeat their caps; only a change, or a new connection, begins an epoch. */
  caps(caps: StreamCaps): void {
    if (this.#awaitsKey || caps.text !== this.capsOf(this.#current, caps.track)?.text)
      this.#pending.set(caps.track, caps);
  }

  /** The connection has ended: the next keyframe begins an epoch. */
  connectionEnded(): void {
    this.#awaitsKey = true;
  }

  /** Decides about a unit, and begins an epoch with it if necessary. */
  admit(unit: EncodedUnit): Admission {
    if (this.#awaitsKey || this.#pending.size > 0) {
      // Nothing before a keyframe can be decoded or muxed.
      if (unit.track !== 'video' || !unit.key) return 'beforeKeyframe';
      this.#begin();
      this.#sequenceSets.forget();
    }
    if (unit.track !== 'video') return 'admitted';
    const mediaType = this.capsOf(this.#current, 'video')?.mediaType;
    if (!mediaType) return 'admitted';
    if (!hasPicture(unit.payload, mediaType)) return 'noPicture';
    if (unit.key && this.#sequenceSets.changedBy(unit.payload, mediaType)) this.#begin();
    return 'admitted';
  }

  #begin(): void {
    const caps = new Map([...(this.#caps.get(this.#current) ?? []), ...this.#pending]);
    this.#current++;
    this.#awaitsKey = false;
    this.#pending.clear();
    if (caps.size > 0) this.#caps.set(this.#current, caps);
    const oldest = this.#ring.oldest?.epoch ?? this.#current;
    for (const epoch of this.#caps.keys()) if (epoch < oldest) this.#caps.delete(epoch);
  }
}
