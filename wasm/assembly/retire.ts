// When a track is no longer motion: nothing of it stands out, it stands still, it gets nowhere, or it is lost.
import { Region, RegionState } from './region';
import { SceneState } from './scene-states';
import { Slab } from './slab';
import { Track } from './track';
import { isQuiet, stillStandsOut } from './traits';
import { farApart, restless } from './unrest';

/** Cells that move: this many are movement in a region of any size, and two in a small one. */
const MOVING_CELLS: i32 = 3;
/** What has not moved on for so long has come to rest: then an eighth of it must move. */
const RESTING_MS: i32 = 1500;
/** … for so long: a digit of a clock changes once. */
const RESUMED_MS: i32 = 300;
/** After the light has been corrected a third of so many cells must move: much seems to that does not. */
const RELIT_CELLS: i32 = 96;
/** A region of fewer cells that has been idle for so long has come to rest: a few cells that flicker are not its movement. */
const TINY_CELLS: i32 = 12;
const TINY_IDLE_MS: i32 = 800;

/** How long a track may get nowhere where nuisance is usual or leaves move in many places … */
const PATIENCE_MS: i32 = 3000;
/** … and in a quiet place, or if it has come from elsewhere or is too large to be a branch. */
const LONG_PATIENCE_MS: i32 = 20_000;
/** In a quiet place, where pictures are far apart: what is quiet is known less well. */
const FAR_APART_PATIENCE_MS: i32 = 10_000;
const TOO_LARGE_CELLS: i32 = 80;
/** Among nuisance a track wanders when its path is three times its distance and more, in 1/16 pixel. */
const WANDER_SLACK: i32 = 64;

/** A track that no region was matched with for so long, or in the next picture, is gone. */
const LOST_MS: i32 = 600;

/** What has become of a region with a confirmed track. */
export function stateOfConfirmed(slab: Slab, track: Track, region: Region): RegionState {
  const mostlyNew = region.newCells * 2 > region.cells;
  if (!stillStandsOut(slab, region, slab.zoneRule(region.zone))) {
    // It must prove itself again, and where it has only just come, from the beginning.
    if (mostlyNew) track.confirmed = 0;
    return RegionState.pending;
  }
  const atRest = region.cells < TINY_CELLS && track.idleMs > TINY_IDLE_MS && region.newCells * 2 <= region.cells;
  return !moves(slab, track, region) || atRest ? RegionState.still : RegionState.motion;
}

function moves(slab: Slab, track: Track, region: Region): bool {
  if (region.moving < 2) return false;
  if (slab.relit) return region.moving * 3 >= min(region.cells, RELIT_CELLS);
  if (track.idleMs < RESTING_MS) return region.moving >= MOVING_CELLS || region.moving * 6 >= region.cells;
  // While the light changes what stands still seems to move at its edges.
  if (slab.sceneStates & SceneState.lighting) return false;
  return region.moving * 8 >= region.cells && (track.presence >= RESUMED_MS || farApart(slab));
}

/** Takes its confirmation from a track that gets nowhere; it begins anew where it is. */
export function retireIfIdle(slab: Slab, track: Track, region: Region): void {
  if (track.idleMs <= patienceWith(slab, track, region) && !wanders(slab, track, region)) return;
  region.retired = 1;
  track.confirmed = 0;
  track.setOut(region);
}

/** What has come from elsewhere may stay a while; what only moves where it is may not. */
function patienceWith(slab: Slab, track: Track, region: Region): i32 {
  if (restless(slab) && !farApart(slab)) return PATIENCE_MS;
  const large = region.cells >= TOO_LARGE_CELLS && region.strong * 3 >= region.cells;
  if (track.arrived || large) return LONG_PATIENCE_MS;
  if (!isQuiet(slab, region)) return PATIENCE_MS;
  return farApart(slab) ? FAR_APART_PATIENCE_MS : LONG_PATIENCE_MS;
}

function wanders(slab: Slab, track: Track, region: Region): bool {
  return !isQuiet(slab, region) && track.path > 3 * track.distance + WANDER_SLACK;
}

/** Ends the tracks that have been lost for long, and counts the places that are in use. */
export function retireLost(slab: Slab, dt: i32): void {
  let last = 0;
  for (let i = 0; i < slab.trackCount; i++) {
    const track = slab.track(i);
    if (track.id && !track.matched) {
      track.lostMs += dt;
      if (track.lostMs > max(LOST_MS, dt + 1)) track.id = 0;
    }
    if (track.id) last = i + 1;
  }
  slab.trackCount = last;
}
