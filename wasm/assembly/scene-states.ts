// What can happen to the whole picture. These are events of their own, and no motion.
import { Slab } from './slab';

/** Bits. */
export enum SceneState {
  lighting = 1,
  tampered = 2,
  frozen = 4,
  moved = 8,
}

export enum SceneCause {
  none,
  gain,
  infrared,
  colour,
  shake,
  pan,
  covered,
  defocus,
  still,
}

/** A change of light or a shift makes the regions of the next pictures doubtful, for so long. */
const DOUBTFUL_MS: i32 = 700;

function causeOf(slab: Slab, state: SceneState): i32 {
  return (slab.sceneCauses >> (8 * ctz<i32>(state))) & 255;
}

export function beginState(slab: Slab, state: SceneState, cause: SceneCause): void {
  // That the colour went says more than that the gain changed with it.
  const tellsMore = cause == SceneCause.infrared && causeOf(slab, state) == SceneCause.gain;
  if (slab.sceneStates & state && !tellsMore) return;
  slab.sceneStates |= state;
  slab.sceneBegan |= state;
  const bits = 8 * ctz<i32>(state);
  slab.sceneCauses = (slab.sceneCauses & ~(255 << bits)) | (cause << bits);
}

export function endState(slab: Slab, state: SceneState): void {
  if (!(slab.sceneStates & state)) return;
  slab.sceneStates &= ~state;
  slab.sceneEnded |= state;
}

/** The light has just changed. */
export function beginLighting(slab: Slab, cause: SceneCause): void {
  beginState(slab, SceneState.lighting, cause);
  slab.sinceLightMs = 0;
}

/** The picture has just shifted. */
export function beginMoved(slab: Slab, cause: SceneCause): void {
  beginState(slab, SceneState.moved, cause);
  slab.sinceShiftMs = 0;
}

/** True while a change of the whole picture makes new regions doubtful. */
export function doubtful(slab: Slab): bool {
  const states = slab.sceneStates;
  return (
    ((states & SceneState.lighting) != 0 && slab.sinceLightMs < DOUBTFUL_MS) ||
    ((states & SceneState.moved) != 0 && slab.sinceShiftMs < DOUBTFUL_MS)
  );
}
