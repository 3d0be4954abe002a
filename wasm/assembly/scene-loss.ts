// The picture is lost: the stream shows the same picture again and again, or the lens is covered or out of focus.
import { identical, sharpnessOf } from './measures';
import { beginState, endState, SceneCause, SceneState } from './scene-states';
import { Slab } from './slab';

/** Even a still scene has noise: a picture that has not changed in any cell for so long is not a new one. */
const FROZEN_MS: i32 = 5000;
/** So long the structure must be gone: what passes close to the lens is faster. */
const BLIND_MS: i32 = 2000;
/** So long the usual sharpness is that of the last picture. */
const YOUNG_MS: i32 = 1500;
// Mean step between cells, in 1/256 level. Below one level the scene has no structure that it could lose …
const STRUCTURED: i32 = 256;
/** … and below a quarter of a level nothing is left: the lens is covered and not only out of focus. */
const COVERED: i32 = 64;
/** Times are counted up to about 17 minutes. */
const LONGEST_MS: i32 = 1 << 20;

export function checkFrozen(slab: Slab, dt: i32): void {
  if (!identical(slab)) {
    slab.frozenMs = 0;
    endState(slab, SceneState.frozen);
    return;
  }
  const frozenMs = slab.frozenMs + dt;
  slab.frozenMs = min(frozenMs, LONGEST_MS);
  if (frozenMs >= FROZEN_MS) beginState(slab, SceneState.frozen, SceneCause.still);
}

/** Returns true when a lens that was covered is free again: the picture must become the model. */
export function checkStructure(slab: Slab, dt: i32): bool {
  const sharpness = sharpnessOf(slab);
  const usual = slab.sharpness;
  if (slab.clockMs < YOUNG_MS) {
    slab.sharpness = sharpness;
    return false;
  }
  // Three quarters of the structure are gone.
  if (usual > STRUCTURED && sharpness * 4 < usual) {
    const blindMs = slab.blindMs + dt;
    slab.blindMs = min(blindMs, LONGEST_MS);
    if (blindMs > BLIND_MS) {
      beginState(slab, SceneState.tampered, sharpness < COVERED ? SceneCause.covered : SceneCause.defocus);
    }
    return false;
  }
  slab.blindMs = 0;
  const free = (slab.sceneStates & SceneState.tampered) != 0 && sharpness * 2 > usual;
  if (free) endState(slab, SceneState.tampered);
  slab.sharpness = usual + (((sharpness - usual) * min(dt, 2000)) >> 14);
  return free;
}
