// Whether what a track has shown is motion.
import { isPresent, PRESENCE_MS } from './presence';
import { Region } from './region';
import { doubtful } from './scene-states';
import { Slab } from './slab';
import { Track } from './track';
import { changes, isQuiet, largeCells, standsOut } from './traits';
import { farApart, restless } from './unrest';
import { ZoneRule } from './zone-rule';

/** A model this young knows little of what is usual: something large must have been there for a while. */
export const SETTLING_MS: i32 = 2000;
/** What is gone after less has passed close to the lens. */
const LASTING_MS: i32 = 180;
/** So far, in 1/16 pixel, something small must have gone in a quiet place: a cell … */
const QUIET_DISTANCE: i32 = 64;
/** … and half of that beside its longest step, in so many frames at least: two could be two things. */
const QUIET_STEADY: i32 = 32;
const QUIET_FRAMES: i32 = 3;
/** Among nuisance a track must have travelled this many cells, more than leaves swing … */
const NUISANCE_TRAVEL: i32 = 8;
/** … for so long at least: fragments of a gust that are taken for one another get far in less … */
const NUISANCE_LIFE_MS: i32 = 900;
/** … and so far, in 1/16 pixel, beside its longest step. */
const NUISANCE_STEADY: i32 = 256;
/** After a change of the whole picture, and where leaves move, a region must have travelled this many cells … */
const DOUBTFUL_TRAVEL: i32 = 3;
/** … and what has come this far may stand out by less: much of a large thing is like what is behind it. */
const LONG_TRAVEL: i32 = 6;

/** Whether a region confirms its track, which has not been confirmed before or has lost that. */
export function confirms(slab: Slab, track: Track, region: Region): bool {
  const rule = slab.zoneRule(region.zone);
  if (!standsOut(region, rule)) return false;
  if (doubtful(slab)) return confirmsInDoubt(slab, track, region, rule);
  if (isQuiet(slab, region) && confirmsInQuiet(slab, track, region, rule)) return true;
  return confirmsInNuisance(track, region, rule);
}

// The whole picture has just changed: its edges stand out everywhere.
function confirmsInDoubt(slab: Slab, track: Track, region: Region, rule: ZoneRule): bool {
  if (track.presence >= PRESENCE_MS && isHuge(region, rule)) return true;
  if (track.travelled < DOUBTFUL_TRAVEL && !farApart(slab)) return false;
  const share = track.travelled >= LONG_TRAVEL ? 3 : 2;
  return region.strong >= largeCells(rule) && region.strong * share >= region.cells;
}

function confirmsInQuiet(slab: Slab, track: Track, region: Region, rule: ZoneRule): bool {
  if (farApart(slab)) return true;
  const large = region.strong >= largeCells(rule);
  if (restless(slab)) {
    return track.seen >= 2 && (isHuge(region, rule) || (large && track.travelled >= DOUBTFUL_TRAVEL));
  }
  const known = slab.ageMs >= SETTLING_MS || track.presence >= PRESENCE_MS / 2;
  return (known && large && lasts(track, region)) || isPresent(track, region, rule) || goesItsWay(track, region);
}

// Leaves move, too, but they do not get anywhere.
function confirmsInNuisance(track: Track, region: Region, rule: ZoneRule): bool {
  if (track.lifeMs < NUISANCE_LIFE_MS || track.travelled < NUISANCE_TRAVEL) return false;
  if (!track.arrived || !track.straight || track.steady < NUISANCE_STEADY) return false;
  return region.strong >= largeCells(rule) / 2 && region.strong * 3 >= region.cells;
}

/** Whether a region is too large, and stands out too much, to be a branch or an edge. */
function isHuge(region: Region, rule: ZoneRule): bool {
  return region.strong >= 4 * largeCells(rule) && region.strong * 2 >= region.cells;
}

/**
 * Whether something has been seen again, and moves: where it was, or a third time. A streak of rain or an insect is gone by
 * then, and a digit of a clock does not move.
 */
function lasts(track: Track, region: Region): bool {
  if (track.presence == 0 || track.lifeMs < LASTING_MS) return false;
  return track.seen >= 3 || region.newCells * 2 <= region.cells;
}

/** Whether something small gets somewhere, as a whole and not by growing. */
function goesItsWay(track: Track, region: Region): bool {
  if (track.seen < QUIET_FRAMES || track.travelled == 0 || !changes(region)) return false;
  return track.distance >= QUIET_DISTANCE && track.straight && track.steady >= QUIET_STEADY;
}
