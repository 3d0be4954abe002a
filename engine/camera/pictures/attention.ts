/**
 * Decides which pictures of a camera are worth decoding, where its consumers leave that open:
 *
 *   glance: keyframes alone ──something differs──► watch: every unit, from the keyframe before on
 *                           ◄──nothing has moved for a while──
 *                           ◄──it is certain that something moves, and enough to know when it stops──
 *
 * The ring still has what was not decoded, so that what begins between two keyframes is found as if all had been decoded,
 * only later. Where keyframes say too little, every unit is decoded.
 */
import { type MediaTime, type Micros, millis, seconds } from '../../core/time.js';
import type { GopRing } from '../gop-ring.js';
import type { AccessUnit } from '../types.js';
import { JUDGED_WITHIN, KeyframePace, LEAST_APART } from './keyframe-pace.js';
import { SizeWatch } from './size-watch.js';
import type { Look } from './types.js';

/** Nothing has moved for so long: keyframes are enough. */
const CALM_AFTER: Micros = seconds(2);
/** A detector learns the place first. */
const LEARNS_FOR: Micros = seconds(6);
/** Who judges nothing for so long is not at work. On a busy machine pictures are late, and waiting for them would keep it busy. */
const AT_WORK: Micros = seconds(8);
/** What was learnt of sizes is usual if nothing has moved for so long. */
const USUAL_AFTER: Micros = seconds(1);
/** Looks closely for so long, before keyframes alone may tell that something still moves. */
const CERTAIN_AFTER: Micros = millis(1200);
/** Something that was found so long ago still moves. */
const STILL_MOVES: Micros = millis(600);
/** Keyframes alone tell for so long that something still moves: what has parked differs from the place as it was. */
const TRUSTED_FOR: Micros = seconds(8);
/** A keyframe whose picture does not come is waited for until so many others have come. */
const PATIENCE = 2;

type Past = Pick<GopRing, 'newest' | 'lastKeyframe' | 'lastKeyframeAtOrBefore'>;

/** Why every unit is decoded again. */
export type Promotion = 'keyframe' | 'size' | 'unseen' | 'joined' | 'check';

export interface AttentionHandlers {
  /** Decode every unit from this keyframe on. Consumers get the pictures after it. */
  onWatch(from: AccessUnit, why: Promotion): void;
  /** What is in a picture may be found so much later than it comes. */
  onLate(most: Micros): void;
}

/** A consumer that judges pictures. */
export interface Watcher {
  /** Forgets the keyframe that it has judged last, if it can, and what is after this time is for it again. */
  rewind(to: MediaTime): void;
  /** Media time up to which it has judged for good. */
  settled: MediaTime;
  /** What it has seen last that `coversUntil` something. */
  found?: Look | undefined;
}

/** A keyframe that is being looked at. */
interface Glance {
  readonly key: AccessUnit;
  /** Those who have not judged it yet. */
  readonly awaited: Set<Watcher>;
  differs: boolean;
  /** Something may have begun just before it: too little differs to look now. */
  slight: boolean;
  /** Looked at together with the one before it, which was slight: what differs leads back to before both. */
  together: boolean;
  /** Units after it are unusually large. */
  odd: boolean;
  /** Keyframes that have come since. */
  later: number;
  /** Something moves, and is expected to be seen here again: since this media time keyframes alone tell so. */
  readonly movingSince: MediaTime | undefined;
  /** It is time for a closer look, from here on. */
  check: boolean;
}

export class Attention {
  readonly #ring: Past;
  readonly #handlers: AttentionHandlers;
  readonly #pace: KeyframePace;
  readonly #watchers: ReadonlySet<Watcher>;
  readonly #sizes = new SizeWatch();
  /** Undefined: every unit is decoded. */
  #glance: Glance | undefined;
  /** The keyframe up to which all is known, if nothing after it has been decoded. */
  #before: AccessUnit | undefined;
  #keysSkipped = 0;
  /** Media time from which on every unit has been decoded. */
  #closeFrom = Number.POSITIVE_INFINITY;
  /** Media time from which on the place is known. */
  #knownFrom = Number.POSITIVE_INFINITY;
  /** Media time from which on keyframes may be enough. */
  #calmFrom = Number.POSITIVE_INFINITY;
  /** Media time up to which it has to be judged before that can be told. */
  #watchedFrom = Number.NEGATIVE_INFINITY;

  /** @param watchers all consumers that judge; it may change. */
  constructor(ring: Past, every: number, watchers: ReadonlySet<Watcher>, handlers: AttentionHandlers) {
    this.#ring = ring;
    this.#pace = new KeyframePace(every, (most) => handlers.onLate(most));
    this.#watchers = watchers;
    this.#handlers = handlers;
  }

  /** Nothing but keyframes is decoded. */
  get glances(): boolean {
    return this.#glance !== undefined;
  }

  /** The next picture is one to which there may be a way back. */
  get leadsBack(): boolean {
    return this.#glance?.together === false;
  }

  /** Whether all who judge must have the picture of this time, however many they have had just before. */
  awaits(pts: number): boolean {
    return this.#glance?.key.pts === pts;
  }

  /** How far behind the newest unit a consumer knows what there is to know, beyond the time that judging takes. */
  lag({ settled }: Watcher): Micros {
    const newest = this.#ring.newest?.pts ?? settled;
    return this.#glance || settled < this.#watchedFrom ? Math.max(0, newest - settled) : 0;
  }

  /** The last keyframe after which something has not been judged yet, of the same stream as the newest. For a decoder that replaces a lost one. */
  resumesAt(): AccessUnit | undefined {
    const newest = this.#ring.lastKeyframe();
    const settled = Math.min(...[...this.#watchers].map((watcher) => watcher.settled));
    const key = Number.isFinite(settled) ? this.#ring.lastKeyframeAtOrBefore(settled as MediaTime) : undefined;
    return key?.epoch === newest?.epoch ? key : newest;
  }

  /** A decoder has been started with this keyframe: nothing is known of the place. */
  begin({ pts }: AccessUnit): void {
    this.#glance = undefined;
    this.#before = undefined;
    this.#closeFrom = pts;
    this.#knownFrom = pts + LEARNS_FOR;
    this.#calmFrom = this.#knownFrom;
    this.#watchedFrom = Number.NEGATIVE_INFINITY;
  }

  /** The camera's stream has ended; the next may be another. */
  cameraLost(): void {
    this.#sizes.reset();
    this.#pace.reset();
    this.#glance = undefined;
  }

  /** Takes each unit of video as it enters the ring, before it is asked for. */
  unit(unit: AccessUnit): void {
    if (unit.key) this.#pace.note(unit);
    const usual = this.#glance
      ? !(this.#glance.differs || this.#expects)
      : unit.pts - this.#calmFrom >= USUAL_AFTER - CALM_AFTER;
    const odd = this.#sizes.add(unit, usual);
    const glance = this.#glance;
    if (!glance) return;
    if (odd && !this.#expects) glance.odd = true;
    const unseen = unit.pts - glance.key.pts > this.#pace.mostApart + JUDGED_WITHIN;
    if (glance.awaited.size > 0) {
      if (unseen || glance.later > PATIENCE) this.#watch('unseen');
    } else if (glance.odd) this.#watch('size');
    else if (unseen) this.#watch('unseen');
  }

  /** Whether this unit, the next in the ring, is to be decoded. */
  wants(unit: AccessUnit): boolean {
    const { key, pts } = unit;
    const glance = this.#glance;
    if (!glance) {
      if (key && this.#mayGlance(unit)) this.#lookAt(unit, undefined);
      return true;
    }
    if (!key) return false;
    this.#keysSkipped++;
    const apart = pts - glance.key.pts;
    const isNext = this.#keysSkipped >= this.#pace.every && apart >= LEAST_APART;
    if (!isNext && apart + this.#pace.gop <= this.#pace.mostApart) return false;
    glance.later++;
    if (glance.awaited.size > 0) return false;
    this.#lookAt(unit, glance);
    return true;
  }

  /**
   * A consumer has judged a picture, or could not.
   * @returns true: it gets the picture again, and those before it. What it has found in it is not to be told.
   */
  looked(watcher: Watcher, look: Look): boolean {
    const { pts, moves } = look;
    const glance = this.#glance;
    if (look.coversUntil !== undefined) watcher.found = look;
    if (!glance || pts !== glance.key.pts || !glance.awaited.delete(watcher)) {
      if (moves) this.#movedAt(pts);
      if (glance && moves && !this.#expects) glance.differs = true;
      watcher.settled = pts as MediaTime;
      return false;
    }
    this.#compare(glance, look);
    const again = glance.differs && this.#before !== undefined;
    if (!again && !this.#isOpen(glance)) watcher.settled = pts as MediaTime;
    this.#decide(glance);
    return again;
  }

  /** A consumer could not judge a picture: nobody knows what is in it. */
  missed(watcher: Watcher): void {
    const glance = this.#glance;
    if (!glance?.awaited.delete(watcher)) return;
    // The next tells of both. To decode more at once for a detector that is too slow would make it slower.
    glance.slight = true;
    if (!this.#isOpen(glance) || glance.movingSince !== undefined) glance.differs = true;
    this.#decide(glance);
  }

  /** There is one more who judges, and who does not know the place. */
  joined(): void {
    const { newest } = this.#ring;
    if (newest) {
      this.#knownFrom = newest.pts + LEARNS_FOR;
      this.#calmFrom = Math.max(this.#calmFrom, this.#knownFrom);
    }
    if (this.#glance) this.#watch('joined');
  }

  /** One of those who judge has left. */
  left(watcher: Watcher): void {
    if (this.#glance?.awaited.delete(watcher)) this.#decide(this.#glance);
  }

  get #expects(): boolean {
    return this.#glance?.movingSince !== undefined;
  }

  /** What is expected: that nothing differs; or that something still moves. */
  #compare(glance: Glance, { pts, slightly, differs, coversUntil }: Look): void {
    if (glance.movingSince === undefined) {
      glance.differs ||= differs;
      glance.slight ||= slightly;
    } else if (coversUntil === undefined) glance.differs = true;
    else if (coversUntil < pts + this.#pace.apart || pts - glance.movingSince >= TRUSTED_FOR) glance.check = true;
  }

  #decide(glance: Glance): void {
    if (glance.awaited.size > 0) return;
    if (glance.differs) this.#watch('keyframe');
    else if (glance.check) this.#watch('check');
    else if (glance.odd) this.#watch('size');
  }

  #movedAt(pts: number): void {
    this.#calmFrom = Math.max(this.#calmFrom, pts + CALM_AFTER);
  }

  #mayGlance({ pts, settling = 0 }: AccessUnit): boolean {
    if (settling > 0 || !this.#pace.suffices) return false;
    if (pts < this.#calmFrom && !this.#isMovingAt(pts)) return false;
    // Without anybody who judges, nothing would ever differ.
    if (this.#watchers.size === 0) return false;
    // What is still to be judged of the pictures before has been decoded: it can only make it look again.
    return [...this.#watchers].every(({ settled }) => settled >= pts - AT_WORK && settled >= this.#watchedFrom);
  }

  /** Whether keyframes alone can tell from here on that something still moves. */
  #isMovingAt(pts: MediaTime): boolean {
    const [watcher, another] = this.#watchers;
    // What one has told of would come again if another looked back.
    if (!watcher?.found || another || pts < this.#knownFrom) return false;
    const { settled, found } = watcher;
    if (settled - this.#closeFrom < CERTAIN_AFTER || settled - found.pts > STILL_MOVES) return false;
    return (found.coversUntil ?? pts) >= pts + this.#pace.apart;
  }

  #lookAt(key: AccessUnit, last: Glance | undefined): void {
    const together = last !== undefined && this.#isOpen(last);
    if (!together) this.#before = last?.key;
    const awaited = new Set(this.#watchers);
    const movingSince = last ? last.movingSince : key.pts < this.#calmFrom ? key.pts : undefined;
    const nothingYet = { differs: false, slight: false, odd: false, later: 0, check: false };
    this.#glance = { key, awaited, together, movingSince, ...nothingYet };
    this.#keysSkipped = 0;
  }

  /** The next keyframe will tell what it means. */
  #isOpen({ slight, together }: Glance): boolean {
    return slight && !together && this.#before !== undefined;
  }

  /** What differs began after the keyframe before; what is large came after the last. */
  #watch(why: Promotion): void {
    const glance = this.#glance!;
    const isAfterLast = why === 'size' || why === 'check' || (why !== 'keyframe' && glance.awaited.size === 0);
    const from = (isAfterLast ? undefined : this.#before) ?? glance.key;
    const newest = this.#ring.newest?.pts ?? glance.key.pts;
    this.#glance = undefined;
    this.#before = undefined;
    this.#watchedFrom = newest;
    this.#closeFrom = from.pts;
    this.#movedAt(newest);
    if (from !== glance.key) {
      for (const watcher of this.#watchers) watcher.rewind(from.pts);
    }
    this.#handlers.onWatch(from, why);
  }
}
