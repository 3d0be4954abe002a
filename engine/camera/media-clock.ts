import type { Clock } from '../core/clock.js';
import {
  type MediaTime,
  MICROS_PER_MS,
  MICROS_PER_SECOND,
  type Micros,
  type MonotonicTime,
  seconds,
  type UtcMicros,
} from '../core/time.js';
import { Slew } from './slew.js';
import { UtcMap } from './utc-map.js';

/** Largest distance of media time from the arrival of its unit. Beyond it, the mapping is anchored again. */
export const MAX_ERROR: Micros = seconds(2);
/** How long every unit must be later than MAX_ERROR for that to be a change of the stream's time, and not a stall. */
const LATE_FOR: Micros = seconds(3);
/** Longest time that B-frames can put a unit before an earlier one. */
const REORDER: Micros = seconds(1);
/** Most units in a row that B-frames can put before an earlier one: the largest reordering of H.264 and H.265. */
const REORDERED_UNITS = 16;
const REMEMBERED = 64;
/** Distance of units while the stream runs ahead of real time. */
const SQUEEZED: Micros = MICROS_PER_MS;
const REPORT_AHEAD_EVERY: Micros = seconds(10);
const DEFAULT_FRAME: Micros = 40_000;
/** With damaged parameter sets the parser reports durations of hours. A longer duration than this counts as unknown. */
const LONGEST_FRAME: Micros = seconds(2);
const FRAMES_AVERAGED = 32;

/** Why the mapping changed. Media time goes on without a break in every case. */
export type Discontinuity =
  | 'forwardJump' // the stream's time jumped ahead
  | 'backwardJump' // the stream's time jumped back
  | 'stuck' // the stream's time does not advance, or repeats times that it has passed
  | 'ahead' // the stream's time runs faster than the clock
  | 'fellBehind' // the stream's time stood still or runs slower than the clock
  | 'missingTimestamp'; // units have no timestamp; it is estimated

export interface MappedTime {
  pts: MediaTime;
  /** `pts` minus all slewing so far. It has no break at discontinuities either. */
  cadence: Micros;
  duration: Micros;
  discontinuity?: Discontinuity;
  /** The wall clock was stepped by this much. Reported once, with the next unit. */
  wallStepMs?: number;
}

/** What the clock needs to know of a unit, in µs of stream time. */
export interface TimedUnit {
  pts: number | null;
  duration: number | null;
  key: boolean;
}

/**
 * Maps the stream time of each connection of one camera to media time: the time on the engine's monotonic clock at
 * which the unit would have arrived without network delay. docs/design/time.md says how and why.
 *
 * Guarantees: every unit has a unique media time. A keyframe is later than everything before it in decode order, also
 * across reconnects. No unit is more than MAX_ERROR later than its arrival, unless its place in the order requires
 * that.
 */
export class MediaClock {
  readonly #utc: UtcMap;
  readonly #slew = new Slew();
  /** Media time minus stream time. */
  #offset: Micros = 0;
  /** Sum of all slewing, over all connections. */
  #slewed: Micros = 0;
  #anchored = false;
  #maxStream = 0;
  /** A unit whose stream time is not later than this shows that the stream's time went back. */
  #streamFloor = 0;
  #maxMapped = Number.NEGATIVE_INFINITY as MediaTime;
  /** Every further unit must be later than this. */
  #mappedFloor = Number.NEGATIVE_INFINITY as MediaTime;
  /**
   * The latest media times that were assigned. A time that leaves this list raises the floor, so that none is assigned
   * twice.
   */
  #recent: number[] = [];
  #unadvanced = 0;
  #lastArrival = 0 as MonotonicTime;
  #lateSince: MonotonicTime | undefined;
  #leastLate: Micros = 0;
  #missing = false;
  #aheadReportedAt = Number.NEGATIVE_INFINITY;
  #frame: Micros | undefined;
  #averagedFrom = 0;
  #averaged = 0;

  constructor(clock: Clock) {
    this.#utc = new UtcMap(clock);
  }

  /** The connection has ended. Stream time of the next unit is unrelated to what came before. */
  connectionEnded(): void {
    this.#anchored = false;
  }

  /** @param arrival when the unit arrived; must not be less than that of the unit before. */
  map(unit: TimedUnit, arrival: MonotonicTime): MappedTime {
    const fresh = !this.#anchored;
    const stream = unit.pts ?? this.#estimate(arrival);
    let discontinuity: Discontinuity | undefined;
    if (fresh) this.#anchor(stream, Math.max(arrival, this.#maxMapped + SQUEEZED));
    else discontinuity = this.#check(stream, unit.key, arrival);
    const missing = unit.pts === null;
    if (missing && !this.#missing) discontinuity ??= 'missingTimestamp';
    this.#missing = missing;

    const pts = this.#place(stream, unit.key, fresh, arrival);
    this.#lastArrival = arrival;
    const said = unit.duration !== null && unit.duration <= LONGEST_FRAME ? unit.duration : undefined;
    const mapped: MappedTime = { pts, cadence: pts - this.#slewed, duration: said ?? this.#frame ?? DEFAULT_FRAME };
    if (discontinuity) mapped.discontinuity = discontinuity;
    this.#utc.measure(arrival);
    const step = this.#utc.takeStep();
    if (step !== undefined) mapped.wallStepMs = Math.round(step / MICROS_PER_MS);
    return mapped;
  }

  /**
   * The media time of something else on the video's timeline, such as sound; undefined while there is no video to go by.
   * Nothing is checked, and nothing depends on it.
   */
  follow(stream: Micros): Pick<MappedTime, 'pts' | 'cadence'> | undefined {
    if (!this.#anchored) return undefined;
    const pts = Math.round(stream + this.#offset) as MediaTime;
    return { pts, cadence: pts - this.#slewed };
  }

  toUtc(at: MediaTime): UtcMicros {
    return this.#utc.toUtc(at);
  }

  /** Until the returned function is called, `toUtc` ignores steps of the wall clock. For the length of a clip. */
  holdUtc(): () => void {
    return this.#utc.hold();
  }

  /** Detects jumps of the stream's time, and anchors the mapping again if there is one. */
  #check(stream: number, key: boolean, arrival: MonotonicTime): Discontinuity | undefined {
    // A keyframe is shown after everything before it, so B-frames cannot be the cause of even a small step back.
    const backward =
      stream <= this.#streamFloor || stream < this.#maxStream - REORDER || (key && stream < this.#maxStream);
    if (backward) {
      this.#anchor(stream, this.#next(arrival));
      return 'backwardJump';
    }
    if (stream > this.#maxStream) this.#unadvanced = 0;
    else if (++this.#unadvanced > REORDERED_UNITS) {
      this.#anchor(stream, Math.max(arrival, this.#next(arrival)));
      return 'stuck';
    }
    const lateness = arrival - stream - this.#offset;
    if (lateness < -MAX_ERROR && stream > this.#maxStream) return this.#ahead(stream, arrival);
    return this.#behind(stream, lateness, arrival);
  }

  #ahead(stream: number, arrival: MonotonicTime): Discontinuity | undefined {
    const leap = stream - this.#maxStream - (arrival - this.#lastArrival);
    this.#anchor(stream, this.#next(arrival));
    if (leap > MAX_ERROR) return 'forwardJump';
    if (arrival - this.#aheadReportedAt < REPORT_AHEAD_EVERY) return undefined;
    this.#aheadReportedAt = arrival;
    return 'ahead';
  }

  /** A stall ends in a burst that makes up for it. Delay that stays is a change of the stream's time. */
  #behind(stream: number, lateness: Micros, arrival: MonotonicTime): Discontinuity | undefined {
    if (lateness <= MAX_ERROR) {
      this.#lateSince = undefined;
      return undefined;
    }
    if (this.#lateSince === undefined) {
      this.#lateSince = arrival;
      this.#leastLate = lateness;
    }
    this.#leastLate = Math.min(this.#leastLate, lateness);
    if (arrival - this.#lateSince < LATE_FOR || stream <= this.#maxStream) return undefined;
    this.#anchor(stream, stream + this.#offset + this.#leastLate);
    return 'fellBehind';
  }

  #anchor(stream: number, mapped: number): void {
    this.#anchored = true;
    this.#offset = Math.round(mapped - stream);
    this.#maxStream = stream;
    this.#streamFloor = stream - REORDER;
    this.#mappedFloor = this.#maxMapped;
    this.#averagedFrom = stream;
    this.#averaged = -1;
    this.#unadvanced = 0;
    this.#lateSince = undefined;
    this.#slew.reset();
  }

  /** The media time of a unit that has passed the checks. */
  #place(stream: number, key: boolean, fresh: boolean, arrival: MonotonicTime): MediaTime {
    const progress = stream - this.#maxStream;
    if (key && !fresh) {
      this.#streamFloor = Math.max(this.#streamFloor, this.#maxStream - (progress === 0 ? REORDER : 0));
      this.#mappedFloor = this.#maxMapped;
    }
    if (progress > 0) {
      const change = this.#slew.take(arrival - stream - this.#offset, arrival, progress);
      this.#offset += change;
      this.#slewed += change;
      this.#maxStream = stream;
    }
    this.#average(progress);
    const floor = progress > 0 || key ? this.#maxMapped : this.#mappedFloor;
    let pts = Math.max(Math.round(stream + this.#offset), floor + 1);
    // Most units come in order, and are later than all that are remembered.
    while (pts <= this.#maxMapped && this.#recent.includes(pts)) pts++;
    this.#recent.push(pts);
    if (this.#recent.length > REMEMBERED) {
      this.#mappedFloor = Math.max(this.#mappedFloor, this.#recent.shift()!) as MediaTime;
    }
    if (pts > this.#maxMapped) this.#maxMapped = pts as MediaTime;
    return pts as MediaTime;
  }

  /**
   * Measures the duration of a frame over many units, from one that advances the stream's time to another. That is
   * exact with B-frames too, where the distance of two neighbours says little.
   */
  #average(progress: Micros): void {
    this.#averaged++;
    if (progress > MICROS_PER_SECOND) this.#averaged = FRAMES_AVERAGED;
    if (this.#averaged < FRAMES_AVERAGED || progress <= 0) return;
    if (progress <= MICROS_PER_SECOND)
      this.#frame = Math.round((this.#maxStream - this.#averagedFrom) / this.#averaged);
    this.#averagedFrom = this.#maxStream;
    this.#averaged = 0;
  }

  /**
   * Media time of the next unit if its stream time cannot be used: as much later as the unit arrived later, within
   * MAX_ERROR.
   */
  #next(arrival: MonotonicTime): number {
    const next = this.#maxMapped + Math.max(this.#frame ?? DEFAULT_FRAME, arrival - this.#lastArrival);
    return next - arrival > MAX_ERROR ? this.#maxMapped + SQUEEZED : next;
  }

  #estimate(arrival: MonotonicTime): number {
    if (!this.#anchored) return 0;
    return this.#frame === undefined
      ? Math.max(this.#maxStream + 1, arrival - this.#offset)
      : this.#maxStream + this.#frame;
  }
}
