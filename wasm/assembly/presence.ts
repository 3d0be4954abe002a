// Evidence of what stays where it is: for how long a track has stood out and moved.
import { Region } from './region';
import { SceneState } from './scene-states';
import { Slab } from './slab';
import { Track } from './track';
import { changes, largeCells, standsOut } from './traits';
import { restless } from './unrest';
import { ZoneRule } from './zone-rule';

/** What has stood out and moved for so long is there, although it gets nowhere. */
export const PRESENCE_MS: i32 = 800;
/** More of it than this says nothing more. */
const LONGEST_PRESENCE_MS: i32 = 3000;

/** The first sight says nothing, nor does what moves among leaves or while the light changes. */
export function notePresence(slab: Slab, track: Track, region: Region, dt: i32): void {
  const disturbed = restless(slab) || (slab.sceneStates & SceneState.lighting) != 0;
  const stands = !disturbed && standsOut(region, slab.zoneRule(region.zone));
  if (stands && region.moving * 6 >= region.cells && changes(region)) {
    if (track.seen > 1) track.presence = min(LONGEST_PRESENCE_MS, track.presence + dt);
  } else track.presence = max(0, track.presence - dt);
  region.presence = track.presence;
}

/** Whether a track has shown enough for long enough: fewer cells take longer. */
export function isPresent(track: Track, region: Region, rule: ZoneRule): bool {
  return track.presence >= PRESENCE_MS && track.presence * region.strong >= (PRESENCE_MS / 2) * largeCells(rule);
}
