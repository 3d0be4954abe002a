// The picture is lost: the stream shows the same picture again and again, or the lens is covered or out of focus.
import { isHidden, isWhite } from './exposure';
import { identical, STRUCTURED, sharpnessOf } from './measures';
import { beginState, endState, SceneCause, SceneState } from './scene-states';
import { Slab } from './slab';

/** Even a still scene has noise: a picture that has not changed in any cell for so long is not a new one. */
const FROZEN_MS: i32 = 5000;
/** So long the structure must be gone: what passes close to the lens is faster. */
const BLIND_MS: i32 = 2000;
/** While another light hides the structure, no more is counted: so that what covers the rest has its time. */
const HIDDEN_MS: i32 = 1000;
/** So long the usual sharpness is that of the last picture. */
const YOUNG_MS: i32 = 1500;
/** Below a quarter of a level nothing is left, in 1/256 level between cells: the lens is covered and not only out of focus. */
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
    slab.sharpnessLit = sharpness;
    return false;
  }
  // Three quarters of the structure are gone.
  if (usual > STRUCTURED && sharpness * 4 < usual) {
    const blindMs = slab.blindMs + dt;
    slab.blindMs = min(blindMs, LONGEST_MS);
    if (isHidden(slab, sharpness)) {
      slab.blindMs = min(blindMs, HIDDEN_MS);
      learnSharpness(slab, sharpness, dt);
    } else if (blindMs > BLIND_MS) {
      beginState(slab, SceneState.tampered, causeOfLoss(slab, sharpness));
    }
    return false;
  }
  slab.blindMs = 0;
  const free = (slab.sceneStates & SceneState.tampered) != 0 && sharpness * 2 > usual;
  if (free) endState(slab, SceneState.tampered);
  learnSharpness(slab, sharpness, dt);
  return free;
}

/** What is expected of the light rises at once when more is seen. */
function learnSharpness(slab: Slab, sharpness: i32, dt: i32): void {
  slab.sharpness = towards(slab.sharpness, sharpness, dt);
  slab.sharpnessLit = min(slab.sharpness, max(sharpness, towards(slab.sharpnessLit, sharpness, dt)));
}

/** Follows over 16 s. */
function towards(usual: i32, now: i32, dt: i32): i32 {
  return usual + (((now - usual) * min(dt, 2000)) >> 14);
}

/** A lens out of focus leaves something to be seen, and takes no light. */
function causeOfLoss(slab: Slab, sharpness: i32): SceneCause {
  const nothing = sharpness < COVERED || isWhite(slab) || slab.sharpnessLit * 2 < slab.sharpness;
  return nothing ? SceneCause.covered : SceneCause.defocus;
}
