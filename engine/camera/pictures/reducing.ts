import type { StreamCaps } from '../../../bridge/index.js';
import type { Clock } from '../../core/clock.js';
import type { DecodePolicy } from '../../core/decode-policy.js';
import { type Micros, type MonotonicTime, seconds } from '../../core/time.js';
import type { DropCause } from '../../metrics/metrics.js';
import type { LostCounts, OverloadCause, Reduction } from '../overload/types.js';
import type { AccessUnit } from '../types.js';
import { KEYFRAMES_APART } from './feeder.js';

/** What is decoded of a reduced camera. */
const REDUCED: DecodePolicy = { kind: 'keyframes' };
/** Of a reduced camera whose pictures are all keyframes, one a second is looked at. */
const REDUCED_APART: Micros = seconds(1);
/**
 * Where keyframes are further apart, to look at nothing else is to be blind. Less than a gate stays open after the last motion, ten
 * seconds at least, so that what moves from keyframe to keyframe is one recording.
 */
const MOST_APART: Micros = seconds(8);
/** A decoder begins with what is past, and its process may have to start first: what is lost meanwhile says nothing of the load. */
const STARTS_FOR: Micros = seconds(10);
/** Beyond the distance of its keyframes. A decoder that gives no picture for longer is not slow: it hangs, or is lost. */
const AT_WORK: Micros = seconds(2);

/** Pictures that were lost because the detectors were too slow for them. */
const DETECTOR_BUSY: ReadonlySet<DropCause> = new Set(['detectorBusy', 'trackerBusy']);

/** How it is with a camera's pictures, for whoever watches over the load. */
export interface PicturesLoad {
  /** Since it was asked for the last time, by decoders and detectors that are at work. */
  readonly lost: LostCounts;
  /** More than keyframes is decoded at present, and keyframes would be enough to see something. */
  readonly reducible: boolean;
  /** Pixels that have come since then: what it would take to decode them all. */
  readonly cost: number;
}

/** A camera's part in the relief of a machine that is overloaded: what it loses, and whether it is decoded less than asked. */
export class Reducing {
  readonly #clock: Clock;
  /** How far apart keyframes are at most. 0: it is not known. */
  readonly #gop: () => Micros;
  #reduction: Reduction | undefined;
  /** When the decoder will have found its pace. */
  #pacedFrom = Number.POSITIVE_INFINITY;
  /** When a picture has come out of it. */
  #shownAt: MonotonicTime | undefined;
  #lost: Record<keyof LostCounts, number> = { decoderBehind: 0, detectorBusy: 0 };
  #unitsCome = 0;

  constructor(clock: Clock, gop: () => Micros) {
    this.#clock = clock;
    this.#gop = gop;
  }

  /** Why it is decoded less than asked, if it is. */
  get reduction(): Reduction | undefined {
    return this.#reduction;
  }

  begin(cause: OverloadCause): void {
    this.#reduction = { cause, since: this.#clock.utc() };
  }

  end(): void {
    this.#reduction = undefined;
  }

  policyFor(asked: DecodePolicy | undefined): DecodePolicy | undefined {
    return asked && this.#reduction ? REDUCED : asked;
  }

  /** Where nothing but keyframes is decoded. */
  get keyframesApart(): Micros {
    return this.#reduction ? REDUCED_APART : KEYFRAMES_APART;
  }

  /** A unit of video has come. */
  unit(): void {
    this.#unitsCome++;
  }

  /** A decoder has been started. */
  started(): void {
    this.#pacedFrom = this.#clock.monotonic() + STARTS_FOR;
    this.#shownAt = undefined;
  }

  /** A picture has come out of it. */
  shown(): void {
    this.#shownAt = this.#clock.monotonic();
  }

  /** It gets so many units not, because it is behind. */
  behind(units: number): void {
    if (this.#isAtWork) this.#lost.decoderBehind += units;
  }

  /** A picture was not judged. */
  missed(cause: DropCause): void {
    if (DETECTOR_BUSY.has(cause) && this.#isAtWork) this.#lost.detectorBusy++;
  }

  /**
   * @param isFull more than keyframes is decoded at present.
   * @param key the newest.
   */
  takeLoad(isFull: boolean, key: AccessUnit | undefined, caps: StreamCaps | undefined): PicturesLoad {
    const [lost, units, gop] = [this.#lost, this.#unitsCome, this.#gop()];
    this.#lost = { decoderBehind: 0, detectorBusy: 0 };
    this.#unitsCome = 0;
    // Where pictures become right bit by bit, that of a keyframe alone is none.
    const areEnough = gop > 0 && gop <= MOST_APART && (key?.settling ?? 0) === 0;
    const pixels = (caps?.width ?? 0) * (caps?.height ?? 0);
    return { lost, reducible: isFull && areEnough, cost: units * pixels };
  }

  get #isAtWork(): boolean {
    const now = this.#clock.monotonic();
    return now >= this.#pacedFrom && this.#shownAt !== undefined && now - this.#shownAt <= AT_WORK + this.#gop();
  }
}
