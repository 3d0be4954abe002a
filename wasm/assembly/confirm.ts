// Whether what a track has shown is motion.
import { Region } from './region';
import { doubtful } from './scene-states';
import { Slab } from './slab';
import { Track } from './track';
import { Sensitivity, ZoneRule } from './zone-rule';

/** A model this young knows little of what is usual: only what travels counts. */
export const SETTLING_MS: i32 = 2000;
/** Pictures further apart than this cannot be followed: what stands out must count at once. */
const FAR_APART_MS: i32 = 700;
/** Below this mean nuisance a place is quiet: at most one disturbance is remembered of most of its cells. */
const QUIET_NUISANCE: i32 = 24;
/** So far, in 1/16 pixel, something small must have gone in a quiet place: a cell. */
const QUIET_DISTANCE: i32 = 64;
/** In so many frames at least: two could be two things. */
const QUIET_FRAMES: i32 = 3;
/** Among nuisance a track must have travelled this many cells, more than leaves swing. */
const NUISANCE_TRAVEL: i32 = 6;
/** After a change of the whole picture a region must have travelled this many cells … */
const DOUBTFUL_TRAVEL: i32 = 3;
/** … and what has come this far may stand out by less: much of a large thing is like what is behind it. */
const LONG_TRAVEL: i32 = 6;

/** Strong cells at which something is large: it counts at first sight. */
// @ts-ignore: decorator
@inline
function largeCells(rule: ZoneRule): i32 {
  return rule.sensitivity == Sensitivity.low ? 24 : rule.sensitivity == Sensitivity.medium ? 12 : 6;
}

/** Whether a region lies where little comes and goes. */
export function isQuiet(region: Region): bool {
  return region.nuisance / region.cells < QUIET_NUISANCE;
}

/** Whether a quarter of a region, and some cells, stand out as a whole from what is usual there. */
export function standsOut(region: Region, rule: ZoneRule): bool {
  const least = rule.sensitivity == Sensitivity.low ? 6 : 2;
  return region.strong >= least && region.strong * 4 >= region.cells;
}

/** Whether a region confirms its track, which has not been confirmed before or has lost that. */
export function confirms(slab: Slab, track: Track, region: Region, dt: i32): bool {
  const rule = slab.zoneRule(region.zone);
  if (!standsOut(region, rule)) return false;
  if (doubtful(slab)) return confirmsInDoubt(track, region, rule, dt);
  if (isQuiet(region)) return confirmsInQuiet(slab, track, region, rule, dt);
  return confirmsInNuisance(track, region, rule);
}

// The whole picture has just changed: its edges stand out everywhere.
function confirmsInDoubt(track: Track, region: Region, rule: ZoneRule, dt: i32): bool {
  const share = track.travelled >= LONG_TRAVEL ? 3 : 2;
  if (track.travelled < DOUBTFUL_TRAVEL && dt < FAR_APART_MS) return false;
  return region.strong >= largeCells(rule) && region.strong * share >= region.cells;
}

function confirmsInQuiet(slab: Slab, track: Track, region: Region, rule: ZoneRule, dt: i32): bool {
  if (slab.ageMs >= SETTLING_MS && region.strong >= largeCells(rule)) return true;
  if (track.distance >= QUIET_DISTANCE && track.straight && track.seen >= QUIET_FRAMES) return true;
  return dt >= FAR_APART_MS;
}

// Leaves move, too, but they do not get anywhere.
function confirmsInNuisance(track: Track, region: Region, rule: ZoneRule): bool {
  if (track.travelled < NUISANCE_TRAVEL || !track.arrived || !track.straight) return false;
  return region.strong >= largeCells(rule) / 2 && region.strong * 3 >= region.cells;
}
