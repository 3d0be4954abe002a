// The camera shakes, or was turned a little: the picture is read where it lies on the model.
import { mark } from './mark';
import { texturedCells } from './measures';
import { beginMoved, SceneCause, SceneState } from './scene-states';
import { sense } from './sense';
import { shiftOf } from './shift';
import { Slab } from './slab';

/** A shift that has lasted so long is for good. */
const TURNED_MS: i32 = 4000;
/** A camera that was turned by fewer pixels has only drifted: no event. */
const TURNED_PIXELS: i32 = 4;

/** Looks for a shift if there may be one, and senses again where the picture lies on the model. */
export function checkShift(slab: Slab, dt: i32, total: i32): void {
  const suspected = shiftSuspected(slab, total);
  slab.markedBeforeShift = slab.markedCount;
  const shifted = (slab.shiftX | slab.shiftY) != 0;
  if (suspected || (slab.sceneStates & SceneState.moved) != 0 || shifted) register(slab, dt);
  else slab.shiftedMs = 0;
}

/**
 * A shake is sudden: what has been there for a while is tried again in every sixteenth frame only, for a trial is dear. It
 * marks an eighth of the cells, or in a scene with little texture an eighth of those that have any.
 */
// @ts-ignore: decorator
@inline
function shiftSuspected(slab: Slab, total: i32): bool {
  const marked = slab.markedCount;
  const sudden = marked >= 2 * slab.markedBeforeShift + 12 || (slab.frames & 15) == 0;
  if (!sudden) return false;
  return marked * 8 >= total || (marked >= 12 && marked * 4 < total && marked * 8 >= texturedCells(slab));
}

/** Takes over the shift that the profiles show if it leaves two fifths fewer cells marked. */
function register(slab: Slab, dt: i32): void {
  const oldX = slab.shiftX;
  const oldY = slab.shiftY;
  const marked = slab.markedCount;
  const shift = shiftOf(slab);
  const x = <i32>(<i16>(shift & 0xffff));
  const y = shift >> 16;
  if (x != oldX || y != oldY) {
    if (senseShifted(slab, x, y) * 5 < marked * 3) {
      beginMoved(slab, SceneCause.shake);
      slab.shiftedMs = 0;
      return;
    }
    senseShifted(slab, oldX, oldY);
  }
  slab.shiftedMs = oldX | oldY ? slab.shiftedMs + dt : 0;
}

function senseShifted(slab: Slab, x: i32, y: i32): i32 {
  slab.shiftX = x;
  slab.shiftY = y;
  sense(slab);
  return mark(slab);
}

/**
 * Whether the camera points elsewhere for good. Only when little is marked: the picture becomes the model, and nothing that
 * stands there now may become background. A slow drift is no event.
 */
export function checkTurned(slab: Slab, total: i32): bool {
  if (slab.shiftedMs <= TURNED_MS || slab.markedCount * 32 >= total) return false;
  if (max(abs(slab.shiftX), abs(slab.shiftY)) >= TURNED_PIXELS) beginMoved(slab, SceneCause.pan);
  return true;
}
