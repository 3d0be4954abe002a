// Which track a region goes on with.
import { Box, Region } from './region';
import { MAX_TRACKS, Slab } from './slab';
import { Track } from './track';
import { restless } from './unrest';

/** A region may lie this many cells beside where its track should be. */
const GAP: i32 = 2;
/** What was seen once may have gone anywhere: so far, in its own sizes, it may be, if it is of a like size. */
const LIKE_CELLS: i32 = 2;
/** So many cells both edges must have moved the same way for the track not to be idle. */
const ANCHOR_CELLS: i32 = 2;
/** What is shorter must travel this many cells as well, not only its own length. */
const LEAST_TRAVEL: i32 = 4;
/** A region that grows or shrinks to this many times its size, and by more than some cells, has joined or parted. */
const JOINED: i32 = 2;
const JOINED_CELLS: i32 = 4;

/** The track of a region, an old one or a new one, that has been told of it; null when all tracks are in use. */
export function match(slab: Slab, region: Region, dt: i32): Track | null {
  let track = nearest(slab, region);
  if (!track) track = start(slab, region);
  if (track) update(track, region, dt, !restless(slab));
  return track;
}

/** The track at hand whose place is nearest and that no other region has been matched with. */
function nearest(slab: Slab, region: Region): Track | null {
  let best: Track | null = null;
  let bestDistance = 0x7fffffff;
  // Among leaves the next fragment is nearer than where anything could have gone.
  const calm = !restless(slab);
  for (let i = 0; i < slab.trackCount; i++) {
    const track = slab.track(i);
    if (!track.id || track.matched) continue;
    // What has come all at once to where a track was, an insect before the lens, is another thing.
    if (calm && region.newCells * 2 > region.cells && outgrows(region.cells, track.cells)) continue;
    const after = slab.stepMs + track.lostMs;
    const goneX = calm ? track.goneX(after) : 0;
    const goneY = calm ? track.goneY(after) : 0;
    if (!near(track, region, goneX, goneY, calm)) continue;
    const distance = abs(track.x + goneX - region.x) + abs(track.y + goneY - region.y);
    if (distance < bestDistance) {
      bestDistance = distance;
      best = track;
    }
  }
  return best;
}

/** Whether a region lies where a track should be that has gone so far, in 1/16 pixel. */
// @ts-ignore: decorator
@inline
function near(track: Track, region: Region, goneX: i32, goneY: i32, calm: bool): bool {
  const x = goneX >> 6;
  const y = goneY >> 6;
  let gapX = GAP + (abs(x) >> 1);
  let gapY = GAP + (abs(y) >> 1);
  if (calm && track.seen == 1 && alike(track.cells, region.cells)) {
    gapX = max(gapX, region.right - region.left + 1);
    gapY = max(gapY, region.bottom - region.top + 1);
  }
  return (
    track.left + x <= region.right + gapX &&
    track.right + x >= region.left - gapX &&
    track.top + y <= region.bottom + gapY &&
    track.bottom + y >= region.top - gapY
  );
}

// @ts-ignore: decorator
@inline
function outgrows(cells: i32, before: i32): bool {
  return cells > JOINED * before + JOINED_CELLS;
}

// @ts-ignore: decorator
@inline
function alike(a: i32, b: i32): bool {
  return a <= b * LIKE_CELLS && b <= a * LIKE_CELLS;
}

/** Begins a track, in the place of the one that was lost longest ago if need be. */
function start(slab: Slab, region: Region): Track | null {
  const track = room(slab);
  if (!track) return null;
  memory.fill(changetype<usize>(track), 0, offsetof<Track>());
  slab.lastTrackId = (slab.lastTrackId + 1) & 0x3fffffff;
  track.id = slab.lastTrackId;
  track.setOut(region);
  track.anchor.copy(region);
  track.cells = region.cells;
  return track;
}

/** A place that is not in use, else that of the track lost longest ago, else null: all are matched. */
function room(slab: Slab): Track | null {
  let oldest: Track | null = null;
  let longest = -1;
  const used = slab.trackCount;
  for (let i = 0; i < used; i++) {
    const track = slab.track(i);
    if (!track.id) return track;
    if (track.matched || track.lostMs <= longest) continue;
    oldest = track;
    longest = track.lostMs;
  }
  if (used == MAX_TRACKS) return oldest;
  slab.trackCount = used + 1;
  return slab.track(used);
}

/** How far both edges have moved the same way: growing, shrinking and joining are not travelling. */
// @ts-ignore: decorator
@inline
function together(a: i32, b: i32): i32 {
  return a > 0 && b > 0 ? min(a, b) : a < 0 && b < 0 ? -max(a, b) : 0;
}

// @ts-ignore: decorator
@inline
function travelX(from: Box, to: Box): i32 {
  return together(to.left - from.left, to.right - from.right);
}

// @ts-ignore: decorator
@inline
function travelY(from: Box, to: Box): i32 {
  return together(to.top - from.top, to.bottom - from.bottom);
}

// @ts-ignore: decorator
@inline
function apart(a: Box, b: Box): bool {
  return a.left > b.right || a.right < b.left || a.top > b.bottom || a.bottom < b.top;
}

function update(track: Track, region: Region, dt: i32, calm: bool): void {
  const since = dt + track.lostMs;
  const speedX = ((region.x - track.x) * 1000) / since;
  const speedY = ((region.y - track.y) * 1000) / since;
  // Among leaves what does not lie on itself is another fragment: its journey begins there.
  if (!calm && apart(track, region)) track.setOut(region);
  const step = max(abs(region.x - track.x), abs(region.y - track.y));
  track.path += step;
  track.stride = max(track.stride, step);
  track.moveTo(region);
  track.copy(region);
  if (track.seen > 0) track.lifeMs += dt;
  const cells = region.cells;
  const before = track.cells;
  track.cells = cells;
  // What it does next is another's journey.
  const joined = outgrows(cells, before) || outgrows(before, cells);
  if (joined) track.birth.copy(region);
  if (joined || track.seen == 0) track.moveWith(0, 0);
  else if (track.seen == 1) track.moveWith(speedX, speedY);
  else track.moveWith((track.speedX + speedX) / 2, (track.speedY + speedY) / 2);
  const x = travelX(track.birth, region);
  const y = travelY(track.birth, region);
  track.travelled = max(track.travelled, max(x, y));
  const width = region.right - region.left + 1;
  const height = region.bottom - region.top + 1;
  if (x >= max(LEAST_TRAVEL, width) || y >= max(LEAST_TRAVEL, height)) track.arrived = 1;
  if (travelX(track.anchor, region) >= ANCHOR_CELLS || travelY(track.anchor, region) >= ANCHOR_CELLS) {
    track.anchor.copy(region);
    track.idleMs = 0;
  } else if (track.seen > 0) track.idleMs += dt;
  track.lostMs = 0;
  track.seen++;
  track.matched = 1;
}
