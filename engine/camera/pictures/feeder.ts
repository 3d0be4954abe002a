import { type Decode, Thinning } from '../../../bridge/index.js';
import type { Clock } from '../../core/clock.js';
import { type DecodePolicy, maxFpsOf } from '../../core/decode-policy.js';
import { type MediaTime, MICROS_PER_SECOND, type Micros, type MonotonicTime, seconds } from '../../core/time.js';
import type { GopRing } from '../gop-ring.js';
import type { AccessUnit } from '../types.js';
import type { Attention } from './attention.js';

export interface FeederDeps {
  ring: GopRing;
  clock: Clock;
  /** So many units were left out, because the decoder is behind. */
  onBehind(units: number): void;
  /** Keyframes are at least so far apart where nothing else is decoded. */
  keyframesApart: Micros;
  /** Whether the picture of this keyframe must come out, however few are. */
  wants(key: AccessUnit): boolean;
  /** Of the policy `adaptive`. */
  attention?: Pick<Attention, 'wants' | 'glances' | 'awaits'> | undefined;
}

/** Units that are remembered until their picture comes out. There are more only if the decoder delivers nothing. */
const MOST_AWAITED = 128;

/** A decoder that has fallen so much further behind than it was when it began catching up does not catch up. */
const MOST_GROUND: Micros = seconds(2);

/** Where every picture is a keyframe (MJPEG, intra only), the policy `keyframes` is still the cheapest. */
export const KEYFRAMES_APART: Micros = 200_000;
/** Cameras round their timestamps. */
const ROUNDING: Micros = KEYFRAMES_APART / 20;

/**
 * Feeds one decoder from the ring: the units of one epoch that the policy wants, from a keyframe on, in decode order. Units of
 * the past wait in the ring until the decoder has room, unless it falls ever further behind. A decoder that has no room for the newest
 * gets nothing until the next keyframe, and every unit that it misses is counted.
 */
export class Feeder {
  readonly #deps: FeederDeps;
  readonly #decode: Decode;
  readonly #policy: DecodePolicy;
  readonly epoch: number;
  #start: MediaTime;
  /** Ring index of the next unit to look at. */
  #next: number;
  #catchingUp = true;
  /** The latest of the pictures whose units have been fed while catching up. They come out as fast as they are decoded. */
  #pastUntil = Number.NEGATIVE_INFINITY;
  /** How far behind the newest it began. */
  #lagAtFirst: Micros;
  #behind = false;
  /** Presentation time of the newest keyframe that was fed. */
  #keyAt = Number.NEGATIVE_INFINITY;
  /** Presentation time of the newest keyframe. */
  #lastKey = Number.NEGATIVE_INFINITY;
  /** The last GOP was so short that a picture of every GOP, or of fewer, is enough: nothing but keyframes is decoded. */
  #sparse = false;
  /** Of the keyframes that are decoded then: as the decoder thins pictures. */
  readonly #thinning: Thinning;
  /** From when pictures are right, as far as the decoder has had all units. */
  #rightFrom = 0;
  /** When units were fed whose pictures have not come out yet, by presentation time. */
  readonly #fedAt = new Map<number, MonotonicTime>();

  /** @param key the keyframe to begin with. */
  constructor(deps: FeederDeps, decode: Decode, policy: DecodePolicy, key: AccessUnit) {
    this.#deps = deps;
    this.#decode = decode;
    this.#policy = policy;
    this.#thinning = new Thinning(maxFpsOf(policy));
    this.epoch = key.epoch;
    this.#start = key.pts;
    this.#next = key.index;
    this.#lagAtFirst = this.#lagBehind(key.pts);
  }

  /** Units of the past are on their way. */
  get catchingUp(): boolean {
    return this.#catchingUp;
  }

  /** Its unit was fed later than it came. */
  isOfThePast(pts: MediaTime): boolean {
    return pts <= this.#pastUntil;
  }

  /** Begins again, with this keyframe. */
  rewind(key: AccessUnit): void {
    this.#start = key.pts;
    this.#next = key.index;
    this.#lagAtFirst = this.#lagBehind(key.pts);
    this.#catchingUp = true;
    this.#behind = false;
    this.#keyAt = Number.NEGATIVE_INFINITY;
    this.#lastKey = Number.NEGATIVE_INFINITY;
    this.#sparse = false;
    this.#fedAt.clear();
  }

  /**
   * Feeds the units that have entered the ring since the last call, for as long as the decoder has room. To be called again when a
   * unit has entered or a picture has come out. @returns false while the decoder does not keep up.
   */
  feed(): boolean {
    const { ring, onBehind, clock, wants, attention } = this.#deps;
    if (this.#next < ring.firstIndex) this.#missed(ring.firstIndex - this.#next);
    for (let at = this.#next; at < ring.nextIndex; at++) {
      const unit = ring.at(at);
      if (unit && this.#mustWait(unit)) {
        if (!this.#losesGround(unit)) return true;
        this.#catchingUp = false;
      }
      this.#next = at + 1;
      if (unit?.track !== 'video' || unit.epoch !== this.epoch || !this.#wants(unit)) continue;
      // Leading pictures of an open GOP need the GOP before it, which this decoder has not seen.
      if (unit.pts < this.#start) continue;
      if (this.#behind && !unit.key) {
        onBehind(1);
        continue;
      }
      const isForOthers = unit.key && this.#isRight(unit) && wants(unit);
      const isWanted = isForOthers || attention?.awaits(unit.pts) === true;
      if (this.#catchingUp) this.#pastUntil = Math.max(this.#pastUntil, unit.pts);
      if (unit.key) this.#keyAt = unit.pts;
      this.#behind = !this.#decode.feed(unit, isWanted, unit.key && this.#isAlone);
      if (this.#behind) onBehind(1);
      else this.#fedAt.set(unit.pts, clock.monotonic());
    }
    // Until then what comes waits in the ring as well: in front of a full decoder it would be lost.
    if (this.#decode.keepsUp) this.#catchingUp = false;
    return !this.#behind;
  }

  /** They have left the ring before the decoder had room. */
  #missed(units: number): void {
    this.#deps.onBehind(units);
    this.#next += units;
    this.#behind = true;
  }

  /** What the decoder has no room for would be lost. */
  #mustWait({ payload }: AccessUnit): boolean {
    return this.#catchingUp && !this.#decode.hasRoomFor(payload.byteLength);
  }

  #wants(unit: AccessUnit): boolean {
    const { key, pts } = unit;
    const { attention } = this.#deps;
    const isWanted = attention?.wants(unit) ?? true;
    if (attention?.glances) return isWanted;
    if (this.#policy.kind === 'keyframes') return key && pts - this.#keyAt >= this.#deps.keyframesApart - ROUNDING;
    if (this.#policy.kind === 'full') return true;
    if (key) {
      this.#sparse = pts - this.#lastKey <= MICROS_PER_SECOND / this.#policy.fps;
      this.#lastKey = pts;
    }
    return !this.#sparse || (key && this.#thinning.takes(pts));
  }

  /** More comes than it decodes, so that it would never be done. */
  #losesGround({ pts }: AccessUnit): boolean {
    return this.#lagBehind(pts) > this.#lagAtFirst + MOST_GROUND;
  }

  #lagBehind(pts: MediaTime): Micros {
    return Math.max(0, (this.#deps.ring.newest?.pts ?? pts) - pts);
  }

  /** Nothing but keyframes is decoded at present. */
  get #isAlone(): boolean {
    return this.#policy.kind === 'keyframes' || this.#sparse || this.#deps.attention?.glances === true;
  }

  /** Whether the picture of a keyframe is right: decoding begins with it, or has gone on long enough for a camera that refreshes bit by bit. */
  #isRight({ pts, settling = 0 }: AccessUnit): boolean {
    const isFirst = this.#keyAt === Number.NEGATIVE_INFINITY || this.#behind || this.#isAlone;
    if (isFirst) this.#rightFrom = pts + settling;
    return pts >= this.#rightFrom;
  }

  /** A picture has come out. @returns how long decoding it took, if that is known. */
  shown(pts: number): Micros | undefined {
    const fedAt = this.#fedAt.get(pts);
    // Pictures come out in order, so pictures of earlier units were thinned out or lost.
    for (const earlier of this.#fedAt.keys()) {
      if (earlier <= pts || this.#fedAt.size > MOST_AWAITED) this.#fedAt.delete(earlier);
    }
    return fedAt === undefined ? undefined : this.#deps.clock.monotonic() - fedAt;
  }
}
