// From regions to a verdict: each region is matched with a track, and told apart by what it does over time.
import { confirms } from './confirm';
import { match } from './match';
import { notePresence } from './presence';
import { Region, RegionState } from './region';
import { retireIfIdle, retireLost, stateOfConfirmed } from './retire';
import { doubtful } from './scene-states';
import { Slab } from './slab';
import { isQuiet } from './traits';
import { noteUnrest } from './unrest';
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

function stateOf(slab: Slab, region: Region, dt: i32): RegionState {
  if (!hasStructure(region)) return RegionState.light;
  if (region.cells < leastCells(slab.zoneRule(region.zone))) return RegionState.small;
  const track = match(slab, region, dt);
  if (!track) return RegionState.pending;
  notePresence(slab, track, region, dt);
  region.track = track.id;
  region.score = min(1000, region.cells * 4 + region.structure * 8);
  if (track.confirmed || confirms(slab, track, region)) {
    track.confirmed = 1;
    region.arrived = track.arrived;
    const state = stateOfConfirmed(slab, track, region);
    retireIfIdle(slab, track, region);
    return state;
  }
  if (doubtful(slab)) return RegionState.shake;
  return isQuiet(slab, region) ? RegionState.pending : RegionState.nuisance;
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
