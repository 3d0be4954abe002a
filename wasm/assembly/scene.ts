// What happens to the whole picture: light, shake, a turned or covered camera, a frozen stream. Looked for before regions are
// judged, since each of them would otherwise be motion everywhere.
import { checkColour, checkGain } from './scene-light';
import { checkShift, checkTurned } from './scene-shift';
import { checkFrozen, checkStructure } from './scene-loss';
import { checkReplaced } from './scene-pan';
import { endState, SceneState } from './scene-states';
import { mark } from './mark';
import { Slab } from './slab';

/** A change of light is over when the light has not changed for so long. */
const LIGHT_OVER_MS: i32 = 3000;
/** A shake is over when the picture has not shifted for so long. */
const SHAKE_OVER_MS: i32 = 2000;

/**
 * Looks at the whole picture after it was sensed, marks its cells, and senses it again where light or a shift explains what was
 * seen. Returns true when the picture must become the model.
 */
export function checkScene(slab: Slab, dt: i32): bool {
  const total = slab.cellsX * slab.cellsY;
  slab.sinceLightMs += dt;
  slab.sinceShiftMs += dt;
  if (slab.sinceLightMs > LIGHT_OVER_MS) endState(slab, SceneState.lighting);
  if (slab.sinceShiftMs > SHAKE_OVER_MS) endState(slab, SceneState.moved);
  checkFrozen(slab, dt);
  const uncovered = checkStructure(slab, dt);
  const marked = mark(slab);
  const recoloured = checkColour(slab, dt, marked * 3 >= total);
  checkGain(slab, dt);
  checkShift(slab, dt, total);
  const turned = checkTurned(slab, total);
  const replaced = checkReplaced(slab, dt, total);
  return recoloured || turned || uncovered || replaced;
}
