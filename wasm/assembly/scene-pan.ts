// The camera pans: everything differs from the model, everywhere, and the picture must become the model.
import { isLight } from './exposure';
import { beginLighting, beginMoved, SceneCause, SceneState } from './scene-states';
import { Slab } from './slab';

/** What has filled the picture for so long is the scene; what only passes close to the lens is gone before. */
const ALL_MARKED_MS: i32 = 1200;
/** A pan changes the picture in all its parts at once: nothing that passes does, so that less time is enough. */
const PAN_MS: i32 = 350;
/** The parts of a picture, 4 by 4; an even sky may fill two of them. */
const PARTS: i32 = 4;
const LEAST_PARTS: i32 = 14;

/**
 * Nearly everything is new and nothing explains it: once it lasts, it is the scene. While a pan goes on, each picture becomes
 * the model. Returns whether it must now.
 */
export function checkReplaced(slab: Slab, dt: i32, total: i32): bool {
  // A picture without structure shows no other view.
  if (slab.blindMs > 0) {
    slab.allMarkedMs = 0;
    return false;
  }
  const everywhere = markedEverywhere(slab, total);
  if (!everywhere && slab.markedCount * 10 < total * 7) {
    slab.allMarkedMs = 0;
    return false;
  }
  const panning = everywhere && (slab.sceneStates & SceneState.moved) != 0 && slab.sinceShiftMs <= dt;
  slab.allMarkedMs += dt;
  if (!panning && slab.allMarkedMs <= (everywhere ? PAN_MS : ALL_MARKED_MS)) return false;
  if (!panning && isLight(slab)) {
    beginLighting(slab, SceneCause.gain);
    return true;
  }
  beginMoved(slab, SceneCause.pan);
  // Of the new view nothing is known.
  slab.ageMs = 0;
  return true;
}

/** Whether a third of nearly every part of the picture is marked. */
function markedEverywhere(slab: Slab, total: i32): bool {
  const count = slab.markedCount;
  if (count * 5 < total * 2) return false;
  const parts = slab.scratch;
  memory.fill(parts, 0, PARTS * PARTS * 4);
  const marked = slab.marked;
  const stride = slab.cellStride;
  const cellsX = slab.cellsX;
  const cellsY = slab.cellsY;
  for (let i = 0; i < count; i++) {
    const cell = marked[i];
    const part = ((cell / stride) * PARTS) / cellsY * PARTS + ((cell % stride) * PARTS) / cellsX;
    const at = parts + (part << 2);
    store<i32>(at, load<i32>(at) + 1);
  }
  let changed = 0;
  for (let part = 0; part < PARTS * PARTS; part++) {
    changed += i32(load<i32>(parts + (part << 2)) * 3 * PARTS * PARTS >= total);
  }
  return changed >= LEAST_PARTS;
}
