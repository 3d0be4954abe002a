import type { EndReason, StreamCaps } from '../../bridge/index.js';
import type { MediaTime, Micros } from '../core/time.js';
import { seconds } from '../core/time.js';

/** Sound that has been missing for longer than this against the pictures is not waited for. */
const ABSENT_AFTER: Micros = seconds(1);
/** That there is none is told after this. */
const MISSED_AFTER: Micros = seconds(10);
/** Sound that is further ahead of the pictures than this has no place there. */
const MOST_AHEAD: Micros = seconds(5);
const TELL_EVERY: Micros = seconds(10);
/** Failures that are of the pictures. */
const OF_PICTURES: ReadonlySet<string> = new Set(['noParameterSets', 'emptyClip']);
/** Hosts that are lost within this, after which the sound is to blame: one may have been lost for any reason. */
const LOST_HOSTS = 2;
const LOST_WITHIN: Micros = seconds(600);

/** The sound of a camera at present. */
export interface SoundFormat {
  caps: StreamCaps;
  /** Units of this format have it as their epoch. */
  epoch: number;
}

/** `condemned`: just now. `known`: before. */
type Verdict = 'innocent' | 'known' | 'condemned';

/**
 * What is known of a camera's sound. It may begin late, stop, and change its format; none of that touches the video, so it
 * has epochs of its own.
 */
export class Sound {
  #epoch = 0;
  #caps: StreamCaps | undefined;
  #newest: MediaTime | undefined;
  /** The newest picture. */
  #now: MediaTime | undefined;
  /** Since when there is none. */
  #missedSince: MediaTime | undefined;
  #missedTold = false;
  /** Frames that were refused since that was last told, and when that was. */
  #misplaced = 0;
  #misplacedTold = Number.NEGATIVE_INFINITY;
  /** By caps, the hosts that were lost over files with such sound, and when the last was; infinite if no file can have it. */
  readonly #blamed = new Map<string, { hosts: number; at: MediaTime }>();

  caps(caps: StreamCaps): void {
    this.#epoch++;
    this.#caps = caps;
    this.#newest = undefined;
  }

  connectionEnded(): void {
    this.#caps = undefined;
    this.#newest = undefined;
    this.#missedSince = undefined;
    this.#missedTold = false;
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
    return this.#epoch;
  }

  /** Its format, if it comes at present and can be written: if there was some of it shortly before `now`, the newest picture's time. */
  at(now: MediaTime): SoundFormat | undefined {
    if (this.#caps === undefined || this.#newest === undefined || now - this.#newest > ABSENT_AFTER) return undefined;
    if ((this.#blamed.get(this.#caps.text)?.hosts ?? 0) >= LOST_HOSTS) return undefined;
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
    if (this.#caps === undefined) return false;
    if (this.#newest !== undefined && now - this.#newest <= ABSENT_AFTER) {
      this.#missedSince = undefined;
      this.#missedTold = false;
      return false;
    }
    this.#missedSince ??= now;
    if (this.#missedTold || now - this.#missedSince < MISSED_AFTER) return false;
    this.#missedTold = true;
    return true;
  }

  /** A file with such sound has failed. */
  blame({ text }: StreamCaps, reason: EndReason): Verdict {
    const isItsFault = reason.kind === 'error' && reason.failure !== 'file' && !OF_PICTURES.has(reason.code);
    if (!isItsFault && reason.kind !== 'hostLost') return 'innocent';
    const at = this.#now ?? (0 as MediaTime);
    const last = this.#blamed.get(text);
    // Once condemned, it stays so.
    const before = last && (last.hosts >= LOST_HOSTS || at - last.at <= LOST_WITHIN) ? last.hosts : 0;
    const hosts = isItsFault ? Number.POSITIVE_INFINITY : before + 1;
    this.#blamed.set(text, { hosts, at });
    if (hosts < LOST_HOSTS) return 'innocent';
    return before < LOST_HOSTS ? 'condemned' : 'known';
  }
}
