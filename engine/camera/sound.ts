import type { StreamCaps } from '../../bridge/index.js';
import type { MediaTime, Micros } from '../core/time.js';
import { seconds } from '../core/time.js';

/** Sound that has been missing for longer than this against the pictures is not waited for. */
const ABSENT_AFTER: Micros = seconds(1);
/** That there is none is told after this. */
const MISSED_AFTER: Micros = seconds(10);
/** Sound that is further ahead of the pictures than this has no place there. */
const MOST_AHEAD: Micros = seconds(5);
const TELL_EVERY: Micros = seconds(10);

/** The sound of a camera at present. */
export interface SoundFormat {
  caps: StreamCaps;
  /** Units of this format have it as their epoch. */
  epoch: number;
}

/**
 * What is known of a camera's sound. It may begin late, stop, and change its format; none of that touches the video, so it
 * has epochs of its own.
 */
export class Sound {
  #epoch = 0;
  #isOffered = false;
  #caps: StreamCaps | undefined;
  /** What has come in this format. */
  #newest: MediaTime | undefined;
  /** What the camera has sent, whether or not it is encoded. */
  #present: MediaTime | undefined;
  /** The newest picture. */
  #now: MediaTime | undefined;
  /** Since when there is none. */
  #missedSince: MediaTime | undefined;
  #missedTold = false;
  /** Frames that were refused since that was last told, and when that was. */
  #misplaced = 0;
  #misplacedTold = Number.NEGATIVE_INFINITY;

  /** The camera says that it sends some. */
  offered(): void {
    this.#isOffered = true;
  }

  caps(caps: StreamCaps): void {
    this.#epoch++;
    this.#caps = caps;
    this.#newest = undefined;
  }

  /** Nothing is known of it any more, and none is missed. */
  ended(): void {
    this.#isOffered = false;
    this.#caps = undefined;
    this.#newest = undefined;
    this.#present = undefined;
    this.#missedSince = undefined;
    this.#missedTold = false;
  }

  /** The camera has sent some of this time that is not encoded yet; undefined if there is no picture to go by. */
  present(pts: MediaTime | undefined): void {
    this.#present = pts ?? this.#present;
  }

  /** The epoch of a unit that comes now; undefined if it can be of no use, or belongs where there has been sound already. */
  take(pts: MediaTime): number | undefined {
    if (this.#caps === undefined) return undefined;
    const isOld = this.#newest !== undefined && pts <= this.#newest;
    if (isOld || (this.#now !== undefined && pts > this.#now + MOST_AHEAD)) {
      this.#misplaced++;
      return undefined;
    }
    this.#newest = pts;
    this.#present = Math.max(pts, this.#present ?? pts) as MediaTime;
    return this.#epoch;
  }

  /** Its format, if it comes at present: if there was some of it shortly before `now`, the newest picture's time. */
  at(now: MediaTime): SoundFormat | undefined {
    if (this.#caps === undefined || this.#present === undefined || now - this.#present > ABSENT_AFTER) return undefined;
    return { caps: this.#caps, epoch: this.#epoch };
  }

  /** Takes note of a picture. Tells whether sound is missed, once, and how much of it had no place. */
  watch(now: MediaTime): { missed: boolean; misplaced: number } {
    this.#now = now;
    const due = this.#misplaced > 0 && now - this.#misplacedTold >= TELL_EVERY;
    const misplaced = due ? this.#misplaced : 0;
    if (due) {
      this.#misplaced = 0;
      this.#misplacedTold = now;
    }
    return { missed: this.#isMissed(now), misplaced };
  }

  #isMissed(now: MediaTime): boolean {
    if (!this.#isOffered) return false;
    if (this.#present !== undefined && now - this.#present <= ABSENT_AFTER) {
      this.#missedSince = undefined;
      this.#missedTold = false;
      return false;
    }
    this.#missedSince ??= now;
    if (this.#missedTold || now - this.#missedSince < MISSED_AFTER) return false;
    this.#missedTold = true;
    return true;
  }
}
