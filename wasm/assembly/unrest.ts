// How restless the scene is: wind, rain or insects move here and there in many places at once, people and cars in few.
import { rateOf } from './rates';
import { RegionState } from './region';
import { Slab } from './slab';

/** Unrest, in 1/256 region, from which on only what travels counts. */
const RESTLESS: i32 = 4 << 8;
/** Time constants of the unrest: it is noticed soon and forgotten slowly. */
const UP_MS: i32 = 800;
const DOWN_MS: i32 = 4000;
/** A smaller region may be noise. */
const LEAST_CELLS: i32 = 3;

/** Pictures further apart than this, keyframes for instance, cannot be followed: what stands out must count at once. */
const FAR_APART_MS: i32 = 700;

export function farApart(slab: Slab): bool {
  return slab.stepMs >= FAR_APART_MS;
}

/**
 * Whether so much moves here and there that what moves in its place is one of many. Where pictures are far apart nobody can
 * tell.
 */
export function restless(slab: Slab): bool {
  return slab.unrest > RESTLESS || farApart(slab);
}

/** Notes how many regions of this frame have turned out to be no objects. */
export function noteUnrest(slab: Slab, regions: i32, dt: i32): void {
  let count = 0;
  for (let id = 1; id <= regions; id++) {
    const region = slab.region(id);
    const state = region.state;
    // How small a region may be for its zone has nothing to do with the wind.
    const small = state == RegionState.small && region.cells >= LEAST_CELLS;
    count += i32(small || state == RegionState.pending || state == RegionState.nuisance);
  }
  const now = count << 8;
  slab.unrest += ((now - slab.unrest) * rateOf(dt, now > slab.unrest ? UP_MS : DOWN_MS)) >> 15;
}
