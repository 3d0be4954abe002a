// What happens to the whole picture: light, shake, a turned or covered camera, a frozen stream. Judged before regions,
// since each of them would otherwise look like motion everywhere.
import * as L from '../layout';
import { mark } from './cells';
import { chromaOf, gainOf, identical, lightModel, sharpnessOf, textured, unlike } from './light';
import { sense } from './model';
import { shiftOf } from './shift';
import { get, set } from './slab';

const LIGHT_OVER_MS: i32 = 3000;
const SHAKE_OVER_MS: i32 = 2000;
const FROZEN_MS: i32 = 5000;
const BLIND_MS: i32 = 2000;
const ANCHOR_MS: i32 = 4000;
const WHOLE_MS: i32 = 1200;

function begin(slab: usize, state: i32, cause: i32): void {
  const known = (get(slab, L.F_SCENE_CAUSE) >> (8 * ctz(state))) & 255;
  // That the colour went says more than that the gain changed with it.
  if (get(slab, L.F_SCENE) & state && !(known == L.C_GAIN && cause == L.C_INFRARED)) return;
  set(slab, L.F_SCENE, get(slab, L.F_SCENE) | state);
  set(slab, L.F_SCENE_BEGAN, get(slab, L.F_SCENE_BEGAN) | state);
  const bits = 8 * ctz(state);
  set(slab, L.F_SCENE_CAUSE, (get(slab, L.F_SCENE_CAUSE) & ~(255 << bits)) | (cause << bits));
}

function end(slab: usize, state: i32): void {
  if (!(get(slab, L.F_SCENE) & state)) return;
  set(slab, L.F_SCENE, get(slab, L.F_SCENE) & ~state);
  set(slab, L.F_SCENE_ENDED, get(slab, L.F_SCENE_ENDED) | state);
}

/** True while a change of the whole picture makes new regions doubtful. */
export function doubtful(slab: usize): bool {
  const scene = get(slab, L.F_SCENE);
  return (
    ((scene & L.S_LIGHTING) != 0 && get(slab, L.F_LIGHT_MS) < 700) ||
    ((scene & L.S_MOVED) != 0 && get(slab, L.F_SHAKE_MS) < 700)
  );
}

/** Light that has jumped: by chroma that went or came, or by a gain that the cells agree on. */
function light(slab: usize, dt: i32, marked: i32, total: i32): bool {
  let anew = false;
  const chroma = chromaOf(slab);
  const slow = get(slab, L.F_CHROMA);
  const young = get(slab, L.F_CLOCK_MS) < 1500;
  if (chroma >= 0) {
    if (young) set(slab, L.F_CHROMA, get(slab, L.F_FRAMES) <= 2 ? chroma : (slow + chroma) >> 1);
    else if (slow > 500 && chroma * 3 < slow && chroma < 256) {
      begin(slab, L.S_LIGHTING, L.C_INFRARED);
      set(slab, L.F_LIGHT_MS, 0);
      set(slab, L.F_CHROMA, chroma);
      anew = true;
    } else if (chroma > 640 && slow < 180 && marked * 3 >= total) {
      begin(slab, L.S_LIGHTING, L.C_COLOUR);
      set(slab, L.F_LIGHT_MS, 0);
      set(slab, L.F_CHROMA, chroma);
      anew = true;
    } else set(slab, L.F_CHROMA, slow + (((chroma - slow) * min(dt, 2000)) >> 14));
  }
  return anew;
}

/**
 * Looks at the whole picture after the first sensing, and senses again where light or a shift explains what was seen.
 * Returns true when the picture must become the model.
 */
export function survey(slab: usize, dt: i32, least: i32): bool {
  const total = get(slab, L.F_CELLS_X) * get(slab, L.F_CELLS_Y);
  set(slab, L.F_LIGHT_MS, get(slab, L.F_LIGHT_MS) + dt);
  set(slab, L.F_SHAKE_MS, get(slab, L.F_SHAKE_MS) + dt);
  if (get(slab, L.F_LIGHT_MS) > LIGHT_OVER_MS) end(slab, L.S_LIGHTING);
  if (get(slab, L.F_SHAKE_MS) > SHAKE_OVER_MS) end(slab, L.S_MOVED);
  frozen(slab, dt);
  blind(slab, dt);
  let marked = mark(slab, least);
  let adopt = light(slab, dt, marked, total);
  // The gain of the last second, for slow changes that add up.
  const drift = get(slab, L.F_DRIFT);
  set(slab, L.F_DRIFT, drift - (((drift - 1024) * min(dt, 1000)) >> 10));
  set(slab, L.F_GAIN, 1024);
  if (unlike(slab) * 5 >= total * 2) {
    const gain = gainOf(slab);
    if (abs(gain - 1024) > 12) {
      set(slab, L.F_GAIN, gain);
      set(slab, L.F_DRIFT, (get(slab, L.F_DRIFT) * gain) >> 10);
      lightModel(slab, gain);
      sense(slab);
      set(slab, L.F_PASSES, get(slab, L.F_PASSES) | 5);
      marked = mark(slab, least);
      if (abs(get(slab, L.F_DRIFT) - 1024) > 90) {
        begin(slab, L.S_LIGHTING, L.C_GAIN);
        set(slab, L.F_LIGHT_MS, 0);
      }
    }
  }
  // A shake is sudden: what has been there for a while is not tried again in every frame, for a trial is dear.
  const before = get(slab, L.F_BEFORE);
  const sudden = marked >= 2 * before + 12 || (get(slab, L.F_FRAMES) & 15) == 0;
  set(slab, L.F_BEFORE, marked);
  const much = sudden && (marked * 8 >= total || (marked >= 12 && marked * 4 < total && marked * 8 >= textured(slab)));
  if (much || get(slab, L.F_SCENE) & L.S_MOVED || get(slab, L.F_SHIFT_X) | get(slab, L.F_SHIFT_Y)) {
    marked = register(slab, dt, least, marked);
  } else set(slab, L.F_SHIFTED_MS, 0);
  if (get(slab, L.F_SHIFTED_MS) > ANCHOR_MS && marked * 32 < total) {
    // The camera points elsewhere for good. A slow drift is no event; and nothing that stands there now is taken in.
    if (max(abs(get(slab, L.F_SHIFT_X)), abs(get(slab, L.F_SHIFT_Y))) >= 4) {
      begin(slab, L.S_MOVED, L.C_PAN);
      set(slab, L.F_SHAKE_MS, 0);
    }
    adopt = true;
  }
  // Nearly everything is new and nothing explains it: once it lasts, it is the scene.
  if (marked * 10 >= total * 7) {
    const whole = get(slab, L.F_WHOLE_MS) + dt;
    set(slab, L.F_WHOLE_MS, whole);
    if (whole > WHOLE_MS) {
      begin(slab, L.S_MOVED, L.C_PAN);
      set(slab, L.F_SHAKE_MS, 0);
      adopt = true;
    }
  } else set(slab, L.F_WHOLE_MS, 0);
  return adopt;
}

function register(slab: usize, dt: i32, least: i32, marked: i32): i32 {
  const oldX = get(slab, L.F_SHIFT_X);
  const oldY = get(slab, L.F_SHIFT_Y);
  const shift = shiftOf(slab);
  const x = <i32>(<i16>(shift & 0xffff));
  const y = shift >> 16;
  if (x != oldX || y != oldY) {
    set(slab, L.F_SHIFT_X, x);
    set(slab, L.F_SHIFT_Y, y);
    sense(slab);
    set(slab, L.F_PASSES, get(slab, L.F_PASSES) | 1);
    const better = mark(slab, least);
    if (better * 5 < marked * 4) {
      begin(slab, L.S_MOVED, L.C_SHAKE);
      set(slab, L.F_SHAKE_MS, 0);
      set(slab, L.F_SHIFTED_MS, 0);
      return better;
    }
    set(slab, L.F_SHIFT_X, oldX);
    set(slab, L.F_SHIFT_Y, oldY);
    sense(slab);
    mark(slab, least);
  }
  set(slab, L.F_SHIFTED_MS, oldX | oldY ? get(slab, L.F_SHIFTED_MS) + dt : 0);
  return marked;
}

function frozen(slab: usize, dt: i32): void {
  if (identical(slab)) {
    const still = get(slab, L.F_STILL_MS) + dt;
    set(slab, L.F_STILL_MS, min(still, 1 << 20));
    if (still >= FROZEN_MS) begin(slab, L.S_FROZEN, L.C_STILL);
  } else {
    set(slab, L.F_STILL_MS, 0);
    end(slab, L.S_FROZEN);
  }
}

function blind(slab: usize, dt: i32): void {
  const sharp = sharpnessOf(slab);
  const usual = get(slab, L.F_SHARP);
  if (get(slab, L.F_CLOCK_MS) < 1500) {
    set(slab, L.F_SHARP, sharp);
    return;
  }
  if (usual > 256 && sharp * 4 < usual) {
    const lasted = get(slab, L.F_BLIND_MS) + dt;
    set(slab, L.F_BLIND_MS, min(lasted, 1 << 20));
    if (lasted > BLIND_MS) begin(slab, L.S_TAMPERED, sharp < 64 ? L.C_COVERED : L.C_DEFOCUS);
    return;
  }
  set(slab, L.F_BLIND_MS, 0);
  if (sharp * 2 > usual) end(slab, L.S_TAMPERED);
  set(slab, L.F_SHARP, usual + (((sharp - usual) * min(dt, 2000)) >> 14));
}
