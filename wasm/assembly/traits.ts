// What a region shows in one frame: how large it is, whether it stands out, whether it changes, whether its place is quiet.
import { Region } from './region';
import { doubtful } from './scene-states';
import { Slab } from './slab';
import { restless } from './unrest';
import { Sensitivity, ZoneRule } from './zone-rule';

/** Below this mean nuisance a place is quiet: at most one disturbance is remembered of most of its cells … */
const QUIET_NUISANCE: i32 = 36;
/** … and where leaves move in many places. */
const RESTLESS_QUIET_NUISANCE: i32 = 20;

/** Strong cells at which something is large. */
// @ts-ignore: decorator
@inline
export function largeCells(rule: ZoneRule): i32 {
  return rule.sensitivity == Sensitivity.low ? 24 : rule.sensitivity == Sensitivity.medium ? 12 : 6;
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

/** Whether enough of a region has changed since the frame before. */
export function changes(region: Region): bool {
  return region.changing * 8 >= region.cells;
}
