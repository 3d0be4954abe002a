import type { Decode } from '../../../bridge/types.js';
import type { Clock } from '../../core/clock.js';
import type { DecodePolicy } from '../../core/decode-policy.js';
import type { MediaTime, Micros } from '../../core/time.js';
import type { CameraMetrics } from '../../metrics/metrics.js';
import type { GopRing } from '../gop-ring.js';
import type { AccessUnit } from '../types.js';

export interface FeederDeps {
  ring: GopRing;
  clock: Clock;
  metrics: Pick<CameraMetrics, 'dropped'>;
}

/** Units whose pictures are awaited; more are remembered only if a decoder gives none. */
const MOST_AWAITED = 128;

const wants = ({ kind }: DecodePolicy, unit: AccessUnit): boolean => kind !== 'keyframes' || unit.key;

/**
 * Reads the ring for one decoder: what the policy wants of one epoch, from a keyframe on, in decode order. A decoder that
 * falls behind gets nothing until the next keyframe, and every unit left out is counted.
 */
export class Feeder {
  readonly #deps: FeederDeps;
  readonly #decode: Decode;
  readonly #policy: DecodePolicy;
  readonly epoch: number;
  /** Ring index of the next unit to look at. */
  #next: number;
  #behind = false;
  /** When the units were fed whose pictures are still to come, by presentation time. */
  readonly #fedAt = new Map<number, MediaTime>();

  /** @param key the keyframe to begin with. */
  constructor(deps: FeederDeps, decode: Decode, policy: DecodePolicy, key: AccessUnit) {
    this.#deps = deps;
    this.#decode = decode;
    this.#policy = policy;
    this.epoch = key.epoch;
    this.#next = key.index;
  }

  /** Feeds what has come into the ring since. @returns false while the decoder does not keep up. */
  feed(): boolean {
    const { ring, metrics, clock } = this.#deps;
    for (let at = Math.max(this.#next, ring.firstIndex); at < ring.nextIndex; at++) {
      const unit = ring.at(at);
      this.#next = at + 1;
      if (unit?.track !== 'video' || unit.epoch !== this.epoch || !wants(this.#policy, unit)) continue;
      if (this.#behind && !unit.key) {
        metrics.dropped('decoderBehind').add();
        continue;
      }
      this.#behind = !this.#decode.feed(unit);
      if (this.#behind) metrics.dropped('decoderBehind').add();
      else this.#fedAt.set(unit.pts, clock.monotonic());
    }
    return !this.#behind;
  }

  /** A picture has come out. @returns how long decoding it took, if that is known. */
  shown(pts: number): Micros | undefined {
    const fedAt = this.#fedAt.get(pts);
    // Pictures come out in order: what was fed for an earlier one was thinned out or lost.
    for (const earlier of this.#fedAt.keys()) {
      if (earlier <= pts || this.#fedAt.size > MOST_AWAITED) this.#fedAt.delete(earlier);
    }
    return fedAt === undefined ? undefined : this.#deps.clock.monotonic() - fedAt;
  }
}
