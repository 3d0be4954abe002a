// Objects begin, are found again, are missed, and end.
import { learnBlob } from './blob';
import { FOLLOWED_BYTES, Followed, Stage } from './followed';
import { learnLooks } from './looks';
import { startCells } from './measure';
import { MAX_FOLLOWED } from './sizes';
import { takeTemplate } from './template';
import { TrackSlab } from './track-slab';

/** A finding of this score is told of at once, another when it has been found twice. */
const TOLD_AT_ONCE: f32 = 0.6;
/** The box of a finding is wrong by this share of its sides, as standard deviation: its middle, and the sides themselves. */
const PLACE_ERROR: f64 = 0.06;
const SIDE_ERROR: f64 = 0.07;
/** Rates are unknown at first: so many times the longer side in a second, and sides less. */
const RATE: f64 = 1;
const SIDE_RATE: f64 = 0.1;
/** An object is told of until it has been missed more often than this in a row, and less often if it was found less often … */
const TOLD_MISSES: i32 = 2;
/** … and more than once in a row for no longer than this, in seconds. */
const TOLD_UNSEEN: f64 = 2.5;
/** … and while the pictures have shown how it moves, but for so many seconds. */
const TOLD_UNSUPPORTED: f64 = 1;
/** … and something is there. */
const TOLD_PRESENCE: f32 = 0.5;
/** How fast looks are learnt, of each detection. */
const LOOKS_LEARNING: f32 = 0.3;
/** It is waited for so long, in seconds and askings, whichever is longer. */
const WAIT: f64 = 3;
const WAIT_MISSES: i32 = 3;

export function begin(slab: TrackSlab, index: i32): void {
  const object = room(slab);
  if (!object) return;
  const finding = slab.finding(index);
  memory.fill(changetype<usize>(object), 0, FOLLOWED_BYTES);
  slab.lastId++;
  object.id = slab.lastId;
  object.kind = finding.kind;
  object.stage = finding.score >= TOLD_AT_ONCE ? Stage.confirmed : Stage.tentative;
  object.hits = 1;
  object.finding = index;
  object.score = finding.score;
  const w = <f64>finding.width;
  const h = <f64>finding.height;
  const long = max(w, h);
  object.x.start(<f64>finding.left + w * 0.5, square(PLACE_ERROR * w), square(RATE * long));
  object.y.start(<f64>finding.top + h * 0.5, square(PLACE_ERROR * h), square(RATE * long * 0.7));
  object.w.start(w, square(SIDE_ERROR * w), square(SIDE_RATE * w));
  object.h.start(h, square(SIDE_ERROR * h), square(SIDE_RATE * h));
  startCells(slab, object);
  learnLooks(object.looks, finding.looks, 1);
  learnLooks(object.looks, finding.looks, LOOKS_LEARNING);
  learnBlob(slab, object);
  takeTemplate(slab, object);
}

/** A place that is not in use, or null. */
function room(slab: TrackSlab): Followed | null {
  for (let i = 0; i < slab.followedCount; i++) if (slab.followed(i).stage == Stage.none) return slab.followed(i);
  if (slab.followedCount == MAX_FOLLOWED) return null;
  slab.followedCount++;
  return slab.followed(slab.followedCount - 1);
}

export function found(slab: TrackSlab, object: Followed): void {
  const finding = slab.finding(object.finding);
  const w = <f64>finding.width;
  const h = <f64>finding.height;
  object.x.place(<f64>finding.left + w * 0.5, square(PLACE_ERROR * w));
  object.y.place(<f64>finding.top + h * 0.5, square(PLACE_ERROR * h));
  object.w.place(w, square(SIDE_ERROR * w));
  object.h.place(h, square(SIDE_ERROR * h));
  object.score = finding.score;
  object.stage = Stage.confirmed;
  object.hits++;
  object.misses = 0;
  object.unseen = 0;
  object.adrift = 0;
  learnLooks(object.looks, finding.looks, LOOKS_LEARNING);
  learnBlob(slab, object);
  takeTemplate(slab, object);
}

/** The server was asked, and has not found it. */
export function missed(slab: TrackSlab, object: Followed): void {
  object.misses++;
  if (object.stage == Stage.tentative) finish(slab, object);
  else if (object.misses >= WAIT_MISSES && object.unseen >= WAIT) finish(slab, object);
}

export function finish(slab: TrackSlab, object: Followed): void {
  if (object.told) slab.end(object.id);
  object.stage = Stage.none;
  object.shown = 0;
}

/** Whether the object is told of with this picture. */
export function toTell(object: Followed): bool {
  if (object.stage != Stage.confirmed) return false;
  if (object.misses > min(TOLD_MISSES, max(1, object.hits - 1))) return false;
  if (object.misses > 0 && object.hits == 1 && !object.seen) return false;
  if (object.misses > 0 && (object.unsupported > TOLD_UNSUPPORTED || object.presence < TOLD_PRESENCE)) return false;
  return object.misses <= 1 || object.unseen <= TOLD_UNSEEN;
}

/** Whether the middle of its box has left the picture, or its box is no box any more. */
export function gone(slab: TrackSlab, object: Followed): bool {
  const x = object.x.value;
  const y = object.y.value;
  const within = x >= 0 && y >= 0 && x < slab.width && y < slab.height;
  return !within || !(object.w.value >= 2) || !(object.h.value >= 2);
}

// @ts-ignore: decorator
@inline
function square(value: f64): f64 {
  return value * value;
}
