/**
 * What is written to a video without a pause: a row of segments, each of which continues the one before without a picture
 * missing or twice, for as long as the camera's stream is the same.
 */
import type { EndReason } from '../../bridge/types.js';
import { firstPicture } from '../camera/ring-pictures.js';
import type { RingPlace } from '../camera/ring-place.js';
import type { CameraSession } from '../camera/session.js';
import type { AccessUnit } from '../camera/types.js';
import type { Clock } from '../core/clock.js';
import { type MediaTime, type Micros, type MonotonicTime, seconds } from '../core/time.js';
import type { Clip } from '../recording/clip.js';
import { clipStart } from '../recording/clip-start.js';
import type { SegmentOptions } from '../recording/segment-options.js';
import { awaitSound, type Place, placeAfter, type Tail } from './tail.js';

/** What became of a segment: how many pictures of it are on the disk, in the order in which they were written. */
export interface SegmentResult {
  pictures: number;
  /** Media time up to which its sound is on the disk. */
  soundUntil: MediaTime;
  /** Its muxer failed; undefined if it is as it should be. */
  failure: EndReason | undefined;
  /** Its file was taken away, so that nothing of it is there. */
  gone: boolean;
}

/** Implemented by the sink: creates files, and reports what becomes of them. */
export interface StretchKeeper {
  /** Creates a segment that begins at `first`. If it cannot, reports why and returns null. */
  begin(first: AccessUnit, options: SegmentOptions): Clip | null;
  /** Calls the segment's `finish` at once, and tells what is in its file. Never rejects. */
  end(clip: Clip, endAt: MediaTime | null): Promise<SegmentResult>;
  /** Until the returned function is called, something is missing that is being written. */
  hold(): () => void;
  /** Pictures that should be in the video before this time and are not. */
  lost(pictures: number, before: MediaTime): void;
}

export interface StretchOptions {
  session: CameraSession;
  clock: Clock;
  keeper: StretchKeeper;
  /** It begins at the last keyframe at or before this time. */
  start: MediaTime;
  /** What is in the video already of what comes then; undefined if nothing is. */
  after: Tail | undefined;
  /** Length of its segments. */
  segmentLength: Micros;
  /** That of the first one, so that not all cameras end their segments at the same moment. */
  firstLength: Micros;
}

/** The end of a segment that ends with its stream. */
const FOR_EVER = Number.POSITIVE_INFINITY as MediaTime;
/** After a failure, no file is begun for this long, so that a full disk is not tried again and again. */
const RETRY_AFTER: Micros = seconds(3);

export class Stretch {
  readonly #session: CameraSession;
  readonly #clock: Clock;
  readonly #keeper: StretchKeeper;
  readonly #start: MediaTime;
  readonly #segmentLength: Micros;
  /** That of the present one. */
  #length: Micros;
  #clip: Clip | null = null;
  /** The segment that was begun last, also when it has ended. */
  #newest: Clip | undefined;
  /** Segments whose sound is not complete yet, and where each ends. */
  readonly #draining = new Map<Clip, MediaTime>();
  readonly #ending = new Set<Promise<void>>();
  /** What the next segment has to continue, if that is possible; before the first it is that of the stretch before. */
  #tail: Tail | undefined;
  #begun = false;
  #notBefore = 0 as MonotonicTime;
  /** A segment has failed, and it is not known yet what of it is on the disk. */
  #settling = false;
  /** The picture that each segment began with, or one of an earlier segment that holds parameter sets. */
  readonly #heads = new WeakMap<Clip, Uint8Array>();
  #endAt: MediaTime | undefined;
  #segmentsBegun = 0;
  #firstIndex: number | undefined;

  constructor({ session, clock, keeper, start, after, segmentLength, firstLength }: StretchOptions) {
    this.#session = session;
    this.#clock = clock;
    this.#keeper = keeper;
    this.#start = start;
    this.#tail = after;
    this.#segmentLength = segmentLength;
    this.#length = firstLength;
  }

  /** Ring index of its first picture, once there is one. */
  get firstIndex(): number | undefined {
    return this.#firstIndex;
  }

  /** Where another stretch can go on; undefined if nothing has been written. */
  get tail(): Tail | undefined {
    return this.#begun ? this.#tail : undefined;
  }

  /** Units have entered the ring. */
  unit(): void {
    this.#pump();
    for (const [clip, endAt] of this.#draining) if (clip.drain()) this.#end(clip, endAt);
  }

  /** Nothing later than `endAt` belongs to it. Resolves when all of it is on the disk. */
  async close(endAt: MediaTime): Promise<void> {
    this.#endAt = endAt;
    // What has failed a moment ago may be possible again, and there is no later.
    this.#notBefore = 0 as MonotonicTime;
    for (;;) {
      this.#pump();
      this.#endPresent(endAt);
      this.#endDraining();
      if (this.#ending.size === 0) break;
      // One that fails now is followed by another with what is left of it.
      await Promise.all(this.#ending);
    }
    this.#tellLeft(endAt);
  }

  /**
   * Sound from `from` to `until` has not come yet, and belongs in front of this stretch. Sound comes in order, so what is
   * written of this time by whoever gets the next sound is all of it.
   */
  awaitSound(from: MediaTime, until: MediaTime): void {
    const next = [...this.#draining.keys()][0] ?? this.#clip;
    if (next) next.awaitSound(from, until);
    else if (this.#tail) awaitSound(this.#tail, from, until);
  }

  /** The camera is silent: what it has sent is brought to the disk. The stretch goes on when it sends again. */
  rest(): void {
    this.#endPresent(null);
    this.#endDraining();
  }

  /** Sound that has not come yet is left to what continues: sound comes in order, so there is none of a later time anywhere. */
  #endDraining(): void {
    for (const [clip, until] of this.#draining) {
      if (!clip.drain() && this.#tail) {
        this.#tail.soundUntil = Math.min(this.#tail.soundUntil, clip.soundUntil) as MediaTime;
      }
      this.#end(clip, until);
    }
  }

  #endPresent(endAt: MediaTime | null): void {
    const clip = this.#clip;
    if (!clip) return;
    this.#clip = null;
    clip.drain();
    this.#end(clip, endAt);
    this.#leave(clip);
  }

  /** What could not be written before the end. */
  #tellLeft(endAt: MediaTime): void {
    const { ring } = this.#session;
    let left = 0;
    for (let index = this.#begun ? this.#tail!.next.index : ring.nextIndex; index < ring.nextIndex; index++) {
      const unit = ring.at(index);
      if (unit?.track !== 'video') continue;
      if (unit.pts > endAt) break;
      left++;
    }
    if (left > 0) this.#keeper.lost(left, endAt);
  }

  /** The present segment cannot be written on: another one continues with what is not on the disk. */
  fail(clip: Clip): void {
    if (this.#clip !== clip) return;
    this.#clip = null;
    this.#settling = true;
    this.#end(clip, null);
  }

  #pump(): void {
    // A keyframe at which a segment is full ends it, and the next begins there. So does a reconnect.
    for (;;) {
      this.#clip ??= this.#begin();
      const clip = this.#clip;
      if (!clip) return;
      clip.pump(this.#boundary(clip));
      if (!clip.complete || this.#isOver(clip.next)) return;
      const boundary = this.#boundary(clip) ?? FOR_EVER;
      this.#leave(clip, boundary);
      this.#clip = null;
      this.#draining.set(clip, boundary);
    }
  }

  /** Where the present segment ends, as far as that is known. */
  #boundary(clip: Clip): MediaTime | null {
    const { ring } = this.#session;
    // A file gets no track later on: what the camera says from now on needs another.
    if (clip.missesSound)
      this.#length = Math.min(this.#length, Math.max(clip.start, ring.newest?.pts ?? 0) - clip.start + 1);
    const full = clip.start + this.#length;
    let key = ring.lastKeyframe();
    if (!key || key.pts < full) return this.#endAt ?? null;
    // The first that is late enough; there are few.
    for (;;) {
      const earlier: AccessUnit | undefined = ring.lastKeyframeAtOrBefore((key.pts - 1) as MediaTime);
      if (!earlier || earlier.pts < full || earlier.index <= clip.first.index) break;
      key = earlier;
    }
    return Math.min(key.pts - 1, this.#endAt ?? Number.POSITIVE_INFINITY) as MediaTime;
  }

  #isOver(next: RingPlace): boolean {
    const unit = this.#session.ring.at(next.index);
    return unit === undefined || (this.#endAt !== undefined && unit.pts > this.#endAt);
  }

  #begin(): Clip | null {
    if (this.#settling || this.#clock.monotonic() < this.#notBefore) return null;
    const place = this.#begun ? placeAfter(this.#session.ring, this.#tail!) : this.#firstPlace();
    if (!place || (this.#endAt !== undefined && place.first.pts > this.#endAt)) return null;
    const clip = this.#keeper.begin(place.first, place.options);
    if (!clip) {
      this.#notBefore = (this.#clock.monotonic() + RETRY_AFTER) as MonotonicTime;
      return null;
    }
    if (place.lost > 0) this.#keeper.lost(place.lost, place.first.pts);
    this.#begun = true;
    this.#firstIndex ??= place.first.index;
    if (this.#segmentsBegun++ > 0) this.#length = this.#segmentLength;
    // A copy, because the ring may drop the picture before it is needed again. What is no keyframe continues another segment.
    this.#heads.set(clip, place.first.key ? Uint8Array.from(place.first.payload) : this.#tail!.head);
    this.#newest = clip;
    clip.failed.then(
      () => this.fail(clip),
      () => {},
    );
    return clip;
  }

  #firstPlace(): Place | undefined {
    const { ring } = this.#session;
    const start = clipStart(ring, this.#start, this.#session.isAway)?.unit;
    if (!start) return undefined;
    const tail = this.#tail;
    return tail && tail.next.index >= start.index ? placeAfter(ring, tail) : { first: start, options: {}, lost: 0 };
  }

  /**
   * What follows continues this segment.
   * @param boundary up to where it still gets sound
   */
  #leave(clip: Clip, boundary?: MediaTime): void {
    // Sound that came before the picture at the boundary was written without knowing of it, also what belongs behind it.
    const until = boundary !== undefined && Number.isFinite(boundary) ? boundary + 1 : 0;
    const soundUntil = Math.max(until, clip.soundUntil) as MediaTime;
    this.#tail = { next: clip.next, epoch: clip.epoch, head: this.#heads.get(clip)!, soundUntil };
  }

  #end(clip: Clip, endAt: MediaTime | null): void {
    this.#draining.delete(clip);
    const ending = this.#keeper
      .end(clip, Number.isFinite(endAt) ? endAt : null)
      .then((result) => this.#ended(clip, result))
      .finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  /** Of a segment that failed, what is not on the disk is written again if the ring still has it. */
  async #ended(clip: Clip, { pictures, soundUntil, failure, gone }: SegmentResult): Promise<void> {
    if (!failure) return;
    const next = gone ? clip.first : clip.placeAfter(pictures);
    const tail = { next, epoch: clip.epoch, head: this.#heads.get(clip)!, soundUntil, soundTo: clip.soundTo };
    if (clip !== this.#newest) return this.#fill(clip, tail, gone ? clip.pictures : clip.pictures - pictures);
    this.#settling = false;
    this.#tail = tail;
    this.#notBefore = (this.#clock.monotonic() + pauseAfter(failure, gone)) as MonotonicTime;
    if (this.#endAt === undefined) this.#pump();
  }

  /** What a segment has failed to bring to the disk, and another one goes on behind, gets a segment of its own. */
  async #fill(clip: Clip, after: Tail, missing: number): Promise<void> {
    if (missing <= 0) return;
    const [session, clock, keeper, start] = [this.#session, this.#clock, this.#keeper, clip.start];
    const { ring } = session;
    // Where that has left the ring, nothing of this is there either.
    const behind = clip.next.index < ring.firstIndex ? undefined : firstPicture(ring, clip.next.index);
    if (!behind) return keeper.lost(missing, clip.end);
    const fill = new Stretch({ session, clock, keeper, start, after, segmentLength: FOR_EVER, firstLength: FOR_EVER });
    await fill.close((behind.pts - 1) as MediaTime).finally(keeper.hold());
    if (fill.tail) this.awaitSound(fill.tail.soundUntil, behind.pts);
    else keeper.lost(missing, clip.end);
  }
}

/** A lost host is replaced at once, unless the bridge says when the next may start; so is a file. */
const pauseAfter = (reason: EndReason, gone: boolean): Micros => {
  if (reason.kind === 'hostLost') return seconds((reason.retryInMs ?? 0) / 1000);
  return gone ? 0 : RETRY_AFTER;
};
