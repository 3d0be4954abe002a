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
const QUIET_NUISANCE: i32 = 36;
/** … and where leaves move in many places. */
const RESTLESS_QUIET_NUISANCE: i32 = 20;
/** What has stood out and moved for so long is there, although it gets nowhere. */
const PRESENCE_MS: i32 = 800;
/** What is gone after less has passed close to the lens. */
const LASTING_MS: i32 = 180;
/** Unrest, in 1/256 region, from which on only what travels counts. */
const RESTLESS: i32 = 4 << 8;
/** So far, in 1/16 pixel, something small must have gone in a quiet place: a cell. */
const QUIET_DISTANCE: i32 = 64;
/** In so many frames at least: two could be two things. */
const QUIET_FRAMES: i32 = 3;
/** Among nuisance a track must have travelled this many cells, more than leaves swing. */
const NUISANCE_TRAVEL: i32 = 8;
/** … for so long at least: fragments of a gust that are taken for one another get far in less. */
const NUISANCE_LIFE_MS: i32 = 900;
/** … and so far, in 1/16 pixel, beside its longest step. */
const NUISANCE_STEADY: i32 = 256;
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

/** Whether so much moves here and there that what moves in its place is one of many. */
export function restless(slab: Slab): bool {
  return slab.unrest > RESTLESS;
}

/** Whether a region lies where little comes and goes. */
export function isQuiet(slab: Slab, region: Region): bool {
  return region.nuisance / region.cells < (restless(slab) ? RESTLESS_QUIET_NUISANCE : QUIET_NUISANCE);
}

/** Whether a quarter of a region, and some cells, stand out as a whole from what is usual there. */
export function standsOut(region: Region, rule: ZoneRule): bool {
  const least = rule.sensitivity == Sensitivity.low ? 6 : 2;
  return region.strong >= least && region.strong * 4 >= region.cells;
}

/** Whether enough of a region still does that has been motion. */
export function stillStandsOut(slab: Slab, region: Region, rule: ZoneRule): bool {
  if (restless(slab) || doubtful(slab)) return standsOut(region, rule);
  return region.strong >= 1 && region.strong * 8 >= region.cells;
}

/** Whether enough of a region has changed since the picture before. */
export function changes(region: Region): bool {
  return region.changing * 8 >= region.cells;
}

/** Whether a region confirms its track, which has not been confirmed before or has lost that. */
export function confirms(slab: Slab, track: Track, region: Region, dt: i32): bool {
  const rule = slab.zoneRule(region.zone);
  if (!standsOut(region, rule)) return false;
  if (doubtful(slab)) return confirmsInDoubt(track, region, rule, dt);
  if (isQuiet(slab, region) && confirmsInQuiet(slab, track, region, rule, dt)) return true;
  return confirmsInNuisance(track, region, rule);
}

// The whole picture has just changed: its edges stand out everywhere.
function confirmsInDoubt(track: Track, region: Region, rule: ZoneRule, dt: i32): bool {
  const share = track.travelled >= LONG_TRAVEL ? 3 : 2;
  if (track.presence >= PRESENCE_MS && region.strong >= 4 * largeCells(rule) && region.strong * 2 >= region.cells) return true;
  if (track.travelled < DOUBTFUL_TRAVEL && dt < FAR_APART_MS) return false;
  return region.strong >= largeCells(rule) && region.strong * share >= region.cells;
}

function confirmsInQuiet(slab: Slab, track: Track, region: Region, rule: ZoneRule, dt: i32): bool {
  if (dt >= FAR_APART_MS) return true;
  const large = region.strong >= largeCells(rule);
  if (restless(slab)) {
    if (region.strong >= 4 * largeCells(rule) && region.strong * 2 >= region.cells && track.seen >= 2) return true;
    return large && track.seen >= 2 && track.travelled >= DOUBTFUL_TRAVEL;
  }
  const known = slab.ageMs >= SETTLING_MS || track.presence >= PRESENCE_MS / 2;
  if (known && large && lasts(track, region)) return true;
  if (isPresent(track, region, rule)) return true;
  return track.distance >= QUIET_DISTANCE && track.straight && track.travelled > 0 && changes(region) && track.steady >= QUIET_DISTANCE / 2 && track.seen >= QUIET_FRAMES;
}

/** Whether a track has shown enough for long enough to be there although it gets nowhere: fewer cells take longer. */
function isPresent(track: Track, region: Region, rule: ZoneRule): bool {
  return track.presence >= PRESENCE_MS && track.presence * region.strong >= (PRESENCE_MS / 2) * largeCells(rule);
}

/**
 * Whether something has been seen again, and moves: where it was, or a third time. A streak of rain or an insect is gone by then,
 * and a digit of a clock does not move.
 */
function lasts(track: Track, region: Region): bool {
  return track.presence > 0 && track.lifeMs >= LASTING_MS && (track.seen >= 3 || region.newCells * 2 <= region.cells);
}

// Leaves move, too, but they do not get anywhere.
function confirmsInNuisance(track: Track, region: Region, rule: ZoneRule): bool {
  if (track.steady < NUISANCE_STEADY) return false;
  if (track.lifeMs < NUISANCE_LIFE_MS || track.travelled < NUISANCE_TRAVEL || !track.arrived || !track.straight) return false;
  return region.strong >= largeCells(rule) / 2 && region.strong * 3 >= region.cells;
}
