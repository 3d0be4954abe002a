/**
 * Records one activation of a gate: usually one file, more when the camera reconnects or the muxer is lost in the
 * middle. Each file plays by itself. Together they contain everything that was in the ring between the start and the
 * end.
 */
import type { EndReason } from '../../bridge/types.js';
import type { GopRing } from '../camera/gop-ring.js';
import { firstPicture } from '../camera/ring-pictures.js';
import { countBetween, type RingPlace } from '../camera/ring-place.js';
import type { CameraSession } from '../camera/session.js';
import type { AccessUnit } from '../camera/types.js';
import type { Clock } from '../core/clock.js';
import { type MediaTime, type Micros, type MonotonicTime, seconds } from '../core/time.js';
import type { CloseReason, OpenAction } from '../gate/actions.js';
import type { Clip } from './clip.js';
import type { ClipEnd } from './clip-end.js';
import { clipStart } from './clip-start.js';
import { isFileGone } from './judge.js';
import type { PreRoll } from './recording-events.js';

/** Implemented by the sink: creates files, and reports what becomes of them. */
export interface RecordingKeeper {
  /**
   * Creates a clip that begins at `first`. If it cannot, reports why and returns null.
   * @param lost number of pictures between the file before and this one that the ring has dropped.
   */
  begin(first: AccessUnit, open: OpenAction, preRoll: PreRoll | null, lost: number): Clip | null;
  /** @returns how many pictures of a file that has failed are on the disk; undefined if that cannot be seen. */
  ended(clip: Clip, end: ClipEnd, reason: CloseReason | 'interrupted'): number | undefined;
  /** Pictures that belong behind those of this file, or into it, and are in none. */
  lost(clip: Clip, open: OpenAction, pictures: number): void;
  /** The activation has ended at `end`, and there was nothing to begin a clip with. */
  nothing(open: OpenAction, end: MediaTime): void;
}

/** After a failure, no file is begun for this long, so that a full disk is not tried again and again. */
const RETRY_AFTER: Micros = seconds(3);
/** Sound that is later than this is not waited for, and how often is looked. */
const [MOST_LATE_MS, LISTEN_EVERY_MS] = [2000, 50];
/** Longest media that a muxer may lose when it dies: a fragment, and what waits in its lane. */
const IN_FLIGHT: Micros = seconds(1.5);

/** A lost host is replaced at once, unless the bridge says when the next may start; so is a file. */
const retryAfter = (reason: EndReason): Micros => {
  if (reason.kind === 'hostLost') return seconds((reason.retryInMs ?? 0) / 1000);
  return isFileGone(reason) ? 0 : RETRY_AFTER;
};

export class ActivationRecorder {
  readonly #open: OpenAction;
  readonly #session: CameraSession;
  readonly #keeper: RecordingKeeper;
  readonly #clock: Clock;
  #clip: Clip | null = null;
  /** The one that was begun last, also when it has ended. */
  #newest: Clip | undefined;
  /** The first picture that the next file has to have. */
  #from: RingPlace = { index: 0, picture: 0 };
  #notBefore = 0 as MonotonicTime;
  /** A file has failed, and it is not known yet what of it is on the disk. */
  #settling = false;
  readonly #finishing = new Set<Promise<void>>();
  #closed = false;

  constructor(open: OpenAction, session: CameraSession, clock: Clock, keeper: RecordingKeeper) {
    this.#open = open;
    this.#session = session;
    this.#keeper = keeper;
    this.#clock = clock;
  }

  /** A unit that is not past the end has entered the ring. */
  unit(): void {
    if (this.#closed) return;
    if (!this.#clip) this.#begin(null);
    this.#pump(null);
  }

  /** Finishes the file at `end`. Resolves when all is finalised and reported. */
  async close(end: MediaTime, reason: CloseReason): Promise<void> {
    this.#closed = true;
    // What has failed a moment ago may be possible again, and there is no later.
    this.#notBefore = 0 as MonotonicTime;
    for (;;) {
      if (!this.#clip) this.#begin(end);
      this.#pump(end);
      // A camera that is being let go may send no more.
      if (this.#clip && reason !== 'flushed') await this.#hear(this.#clip, end);
      if (this.#clip) this.#finish(this.#clip, end, reason);
      if (this.#finishing.size === 0) break;
      // One that has failed is followed by another with what is left of it.
      await Promise.all(this.#finishing);
    }
    if (!this.#newest) this.#keeper.nothing(this.#open, end);
    else this.#tellLost(this.#newest, countPictures(this.#session.ring, this.#from, end));
  }

  /** Sound comes later than the pictures that it belongs to: the end of the file waits for it a little. */
  async #hear(clip: Clip, end: MediaTime): Promise<void> {
    for (let waited = 0; waited < MOST_LATE_MS && this.#clip === clip && !clip.hear(end); waited += LISTEN_EVERY_MS) {
      await new Promise<void>((resolve) => this.#clock.after(LISTEN_EVERY_MS, resolve));
    }
  }

  /**
   * A clip cannot be written on, if it is one of these: what is on disk stays, and a new file continues with what is not. It begins
   * with a keyframe, so that the two overlap a little and nothing is missing between them. A file that is gone is begun anew, with
   * all of it that is still in the ring.
   */
  fail(clip: Clip, reason: EndReason): void {
    if (this.#clip !== clip) return;
    this.#clip = null;
    this.#settling = true;
    this.#await(this.#replace(clip, reason));
  }

  async #replace(clip: Clip, reason: EndReason): Promise<void> {
    this.#notBefore = (this.#clock.monotonic() + retryAfter(reason)) as MonotonicTime;
    const end = await clip.finish(null);
    const onDisk = this.#keeper.ended(clip, end, 'interrupted');
    this.#settling = false;
    this.#from = this.#missingOf(clip, reason, onDisk);
    this.unit();
  }

  /** The first picture of a file that has failed which another file has to have. */
  #missingOf(clip: Clip, reason: EndReason, onDisk: number | undefined): RingPlace {
    const { ring } = this.#session;
    if (isFileGone(reason)) return clip.first;
    if (onDisk !== undefined) return clip.placeAfter(onDisk);
    const likely = ring.lastKeyframeAtOrBefore((clip.end - IN_FLIGHT) as MediaTime);
    return likely && likely.epoch === clip.epoch ? likely : clip.next;
  }

  #pump(endAt: MediaTime | null): void {
    // A reconnect ends one file and begins the next. The loop ends when there are no more units in the ring.
    while (this.#clip) {
      const clip = this.#clip;
      clip.pump(endAt);
      const next = clip.complete ? this.#session.ring.at(clip.next.index) : undefined;
      if (!next || next.epoch === clip.epoch) return;
      this.#finish(clip, endAt, 'interrupted');
      this.#begin(endAt);
    }
  }

  #begin(endAt: MediaTime | null): void {
    if (this.#settling || this.#clock.monotonic() < this.#notBefore) return;
    const { ring } = this.#session;
    let first: AccessUnit | undefined;
    let preRoll: PreRoll | null = null;
    if (!this.#newest) {
      const start = clipStart(ring, this.#open.start, this.#session.isAway);
      if (!start) return;
      first = start.unit;
      const { requestedPreRoll: requested, trigger } = this.#open;
      preRoll = { requested, actual: Math.max(0, trigger - first.pts), truncated: start.truncated > 0 };
    } else {
      first = keyframeFor(ring, this.#from, endAt);
    }
    // Media that came back only after the end is not part of this activation: its file would be empty.
    if (!first || (endAt !== null && first.pts > endAt)) return;
    const lost = preRoll ? 0 : countBetween(this.#from, first).pictures;
    const clip = this.#keeper.begin(first, this.#open, preRoll, lost);
    if (!clip) {
      this.#notBefore = (this.#clock.monotonic() + RETRY_AFTER) as MonotonicTime;
      return;
    }
    this.#newest = clip;
    this.#clip = clip;
    clip.failed.then(
      (reason) => this.fail(clip, reason),
      () => {},
    );
  }

  #finish(clip: Clip, endAt: MediaTime | null, reason: CloseReason | 'interrupted'): void {
    if (this.#clip === clip) this.#clip = null;
    const finishing = clip.finish(endAt);
    this.#from = clip.next;
    this.#await(this.#ended(clip, finishing, endAt, reason));
  }

  async #ended(
    clip: Clip,
    finishing: Promise<ClipEnd>,
    endAt: MediaTime | null,
    reason: CloseReason | 'interrupted',
  ): Promise<void> {
    const end = await finishing;
    const onDisk = this.#keeper.ended(clip, end, reason);
    if (end.ok || isFileGone(end.reason)) return;
    const missing = this.#missingOf(clip, end.reason, onDisk);
    if (end.reason.kind === 'hostLost') await this.#fill(clip, missing, endAt, reason);
    else this.#tellLost(clip, countBetween(missing, clip.next).pictures);
  }

  /** What a file has failed to bring to the disk at its end gets one of its own, as far as the ring still has it. */
  async #fill(
    failed: Clip,
    missing: RingPlace,
    endAt: MediaTime | null,
    reason: CloseReason | 'interrupted',
  ): Promise<void> {
    const first = keyframeFor(this.#session.ring, missing, endAt);
    const isThere = first !== undefined && first.epoch === failed.epoch && first.index < failed.next.index;
    const lost = countBetween(missing, isThere ? first : failed.next).pictures;
    const clip = isThere ? this.#keeper.begin(first, this.#open, null, lost) : null;
    if (!clip) return this.#tellLost(failed, isThere ? countBetween(missing, failed.next).pictures : lost);
    const end = await clip.finish(endAt);
    const onDisk = this.#keeper.ended(clip, end, reason);
    if (!end.ok) this.#tellLost(clip, countBetween(clip.placeAfter(onDisk ?? 0), failed.next).pictures);
  }

  #tellLost(clip: Clip, pictures: number): void {
    if (pictures > 0) this.#keeper.lost(clip, this.#open, pictures);
  }

  #await(work: Promise<void>): void {
    const finishing = work.finally(() => this.#finishing.delete(finishing));
    this.#finishing.add(finishing);
  }
}

/** The keyframe that a file begins with whose first new picture is at `from` or, where that has left the ring, as soon as can be. */
const keyframeFor = (ring: GopRing, from: RingPlace, endAt: MediaTime | null): AccessUnit | undefined => {
  if (from.index < ring.firstIndex) return ring.oldestKeyframe();
  const picture = firstPicture(ring, from.index);
  if (!picture || (endAt !== null && picture.pts > endAt)) return undefined;
  const before = ring.lastKeyframeAtOrBefore(picture.pts);
  const shows = before?.epoch === picture.epoch && before.index <= picture.index;
  return shows ? before : ring.firstKeyframeFrom(picture.index);
};

/** From a place up to a time, those included that have left the ring. */
const countPictures = (ring: GopRing, from: RingPlace, endAt: MediaTime): number => {
  let count = ring.oldest ? countBetween(from, ring.oldest).pictures : 0;
  for (let index = Math.max(from.index, ring.firstIndex); index < ring.nextIndex; index++) {
    const unit = ring.at(index);
    if (unit?.track !== 'video') continue;
    if (unit.pts > endAt) break;
    count++;
  }
  return count;
};
