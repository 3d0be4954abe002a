// From regions to a verdict: each region is matched with a track, and told apart by what it does over time.
import { changes, confirms, isQuiet, restless, standsOut } from './confirm';
import { match } from './match';
import { rateOf } from './rates';
import { Region, RegionState } from './region';
import { retireIfIdle, retireLost, stateOfConfirmed } from './retire';
import { doubtful, SceneState } from './scene-states';
import { Slab } from './slab';
import { Track } from './track';
import { Sensitivity, ZoneRule } from './zone-rule';

/** Judges every region. */
export function decide(slab: Slab, regions: i32, dt: i32): void {
  for (let i = 0; i < slab.trackCount; i++) slab.track(i).matched = 0;
  for (let id = 1; id <= regions; id++) {
    const region = slab.region(id);
    region.state = stateOf(slab, region, dt);
  }
  retireLost(slab, dt);
  noteUnrest(slab, regions, dt);
}

/** Time constants of the unrest: it is noticed soon and forgotten slowly. */
const UNREST_UP_MS: i32 = 800;
const UNREST_DOWN_MS: i32 = 4000;
const RESTLESS_CELLS: i32 = 3;

function noteUnrest(slab: Slab, regions: i32, dt: i32): void {
  let restless = 0;
  for (let id = 1; id <= regions; id++) {
    const region = slab.region(id);
    const state = region.state;
    // How small a region may be for its zone has nothing to do with the wind.
    const small = state == RegionState.small && region.cells >= RESTLESS_CELLS;
    restless += i32(small || state == RegionState.pending || state == RegionState.nuisance);
  }
  const now = restless << 8;
  const rate = rateOf(dt, now > slab.unrest ? UNREST_UP_MS : UNREST_DOWN_MS);
  slab.unrest += ((now - slab.unrest) * rate) >> 15;
}

function stateOf(slab: Slab, region: Region, dt: i32): RegionState {
  if (!hasStructure(region)) return RegionState.light;
  if (region.cells < leastCells(slab.zoneRule(region.zone))) return RegionState.small;
  const track = match(slab, region, dt);
  if (!track) return RegionState.pending;
  notePresence(slab, track, region, dt);
  region.track = track.id;
  region.presence = track.presence;
  region.score = min(1000, region.cells * 4 + region.structure * 8);
  if (track.confirmed || confirms(slab, track, region, dt)) {
    track.confirmed = 1;
    region.arrived = track.arrived;
    const state = stateOfConfirmed(slab, track, region);
    retireIfIdle(slab, track, region);
    return state;
  }
  if (doubtful(slab)) return RegionState.shake;
  return isQuiet(slab, region) ? RegionState.pending : RegionState.nuisance;
}

/** More of it than this says nothing more. */
const LONGEST_PRESENCE_MS: i32 = 3000;

/** What stands out and moves is there; the first sight says nothing, nor does what moves among leaves or while the light changes. */
function notePresence(slab: Slab, track: Track, region: Region, dt: i32): void {
  const lighting = (slab.sceneStates & SceneState.lighting) != 0;
  const stands = !restless(slab) && !lighting && standsOut(region, slab.zoneRule(region.zone));
  if (stands && region.moving * 6 >= region.cells && changes(region)) {
    if (track.seen > 1) track.presence = min(LONGEST_PRESENCE_MS, track.presence + dt);
  } else track.presence = max(0, track.presence - dt);
}

/** What the zone asks for, but no less than noise makes. */
function leastCells(rule: ZoneRule): i32 {
  const least = rule.sensitivity == Sensitivity.low ? 12 : rule.sensitivity == Sensitivity.medium ? 3 : 2;
  return max(rule.minCells, least);
}

/** An object has edges of its own, in a fifth of its cells and in two at least; light only changes those that are there. */
function hasStructure(region: Region): bool {
  return region.structure * 5 >= region.cells && region.structure >= 2;
}
