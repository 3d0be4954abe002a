// A picture, and what the server has found in it.
import { learnBackground } from './background';
import { associate, LEAST_SCORE } from './associate';
import { pull } from './blob';
import { Followed, Stage } from './followed';
import { begin, finish, found, gone, missed, toTell } from './life';
import { measure } from './measure';
import { build } from './pyramid';
import { matchTemplate } from './template';
import { TrackSlab } from './track-slab';

/** How much an object changes its speed in a second, in times its longer side: the standard deviation. */
const UNREST: f64 = 0.5;
const SIDE_UNREST: f64 = 0.1;
/** A longer step is as good as this: nothing is known any more. */
const LONGEST_STEP: f64 = 10;

/** Follows all objects into the picture. Returns how many are told of. */
export function follow(slab: TrackSlab): i32 {
  const dt = min(LONGEST_STEP, max(0, <f64>slab.elapsedMicros * 1e-6));
  slab.endedCount = 0;
  if (slab.pictureAt) {
    slab.current = 1 - slab.current;
    build(slab);
  } else slab.haveBefore = 0;
  for (let i = 0; i < slab.followedCount; i++) {
    const object = slab.followed(i);
    if (object.stage == Stage.none) continue;
    object.finding = -1;
    move(slab, object, dt);
  }
  if (slab.asked) settle(slab);
  for (let i = 0; i < slab.followedCount; i++) {
    const object = slab.followed(i);
    if (object.stage != Stage.none && gone(slab, object)) finish(slab, object);
  }
  if (slab.pictureAt) {
    learnBackground(slab, dt);
    slab.haveBefore = 1;
  }
  return tell(slab);
}

function move(slab: TrackSlab, object: Followed, dt: f64): void {
  object.age += dt;
  object.unseen += dt;
  if (dt <= 0) return;
  const long = max(object.w.value, object.h.value);
  const unrest = UNREST * UNREST * long * long;
  const sideUnrest = SIDE_UNREST * SIDE_UNREST * long * long;
  object.x.doubt(dt, unrest);
  object.y.doubt(dt, unrest);
  object.w.doubt(dt, sideUnrest);
  object.h.doubt(dt, sideUnrest);
  const consensus = slab.consensus;
  if (measure(slab, object, dt)) {
    object.x.step(consensus.dx, dt, consensus.variance);
    object.y.step(consensus.dy, dt, consensus.variance);
    const w = object.w.value;
    const h = object.h.value;
    object.w.step(consensus.growth * w, dt, consensus.growthVariance * w * w);
    object.h.step(consensus.growth * h, dt, consensus.growthVariance * h * h);
    object.unsupported = 0;
  } else object.unsupported += dt;
  object.support = <f32>consensus.support;
  object.x.advance(dt);
  object.y.advance(dt);
  object.w.advance(dt);
  object.h.advance(dt);
  if (matchTemplate(slab, object)) object.unsupported = 0;
  if (object.unsupported > 0) object.adrift += dt;
  pull(slab, object, dt);
}

/** What the server has found, and not found. */
function settle(slab: TrackSlab): void {
  associate(slab);
  for (let i = 0; i < slab.followedCount; i++) {
    const object = slab.followed(i);
    if (object.stage == Stage.none) continue;
    if (object.finding >= 0) found(slab, object);
    else missed(slab, object);
  }
  for (let i = 0; i < slab.findingCount; i++) {
    const finding = slab.finding(i);
    if (!finding.taken && finding.score >= LEAST_SCORE) begin(slab, i);
  }
}

function tell(slab: TrackSlab): i32 {
  let told = 0;
  for (let i = 0; i < slab.followedCount; i++) {
    const object = slab.followed(i);
    if (object.stage == Stage.none) continue;
    object.shown = toTell(object) ? 1 : 0;
    if (!object.shown) continue;
    object.told = 1;
    told++;
  }
  return told;
}
