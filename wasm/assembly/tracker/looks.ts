// What a box looks like, in few numbers: the mean light and colour of its upper, middle and lower part, of what differs from the
// background if that is known. People who cross are told apart by it, and found again.
import { BACKGROUND, LEAST_CONTRAST } from './background';
import { levelOf, strideOf } from './pyramid';
import { LOOKS } from './sizes';
import { TrackSlab } from './track-slab';

/** Pixels of a part that are looked at along each side, about. */
const SAMPLES: f64 = 12;
/** Colour differs less than light does. */
const COLOUR: f64 = 3;
/** The sides of a box mostly show what is beside the object. */
const SIDE: f64 = 0.2;
/** Fewer pixels of its own say nothing: all of them are taken. */
const LEAST_OWN: i32 = 6;
/** By how much a look differs from itself a while later, in levels. */
const USUAL: f64 = 12;
const USUAL_UNKNOWN: f64 = 40;

/** Writes the looks of a box. */
export function seeLooks(slab: TrackSlab, looks: usize, left: f64, top: f64, width: f64, height: f64): void {
  memory.fill(looks, 0, <usize>LOOKS << 2);
  if (!slab.pictureAt) return;
  for (let part = 0; part < 3; part++) {
    const upper = top + height * (part == 0 ? 0.08 : part == 1 ? 0.3 : 0.6);
    const lower = top + height * (part == 0 ? 0.3 : part == 1 ? 0.6 : 0.95);
    const at = looks + <usize>part * 12;
    const own = slab.backgroundKnown && seePart(slab, at, left + SIDE * width, left + (1 - SIDE) * width, upper, lower, true);
    if (!own) seePart(slab, at, left + SIDE * width, left + (1 - SIDE) * width, upper, lower, false);
  }
}

/** The means of a part of the picture, of the pixels that are not background or of all. */
function seePart(slab: TrackSlab, looks: usize, left: f64, right: f64, upper: f64, lower: f64, own: bool): bool {
  const width = slab.width;
  const height = slab.height;
  const x0 = <i32>max(0, min(<f64>(width - 1), floor(left)));
  const x1 = <i32>max(0, min(<f64>(width - 1), floor(right)));
  const y0 = <i32>max(0, min(<f64>(height - 1), floor(upper)));
  const y1 = <i32>max(0, min(<f64>(height - 1), floor(lower)));
  const stepX = max(1, <i32>(<f64>(x1 - x0) / SAMPLES));
  const stepY = max(1, <i32>(<f64>(y1 - y0) / SAMPLES));
  const stride = strideOf(width, 0);
  const picture = levelOf(slab, slab.current, 0);
  const background = levelOf(slab, BACKGROUND, 0);
  const chroma = changetype<usize>(slab) + slab.pictureAt;
  const coloured = slab.chromaStride > 0;
  let n = 0;
  let light = 0;
  let u = 0;
  let v = 0;
  for (let y = y0; y <= y1; y += stepY) {
    for (let x = x0; x <= x1; x += stepX) {
      const level = <i32>load<u8>(picture + y * stride + x);
      if (own && abs(level - <i32>load<u8>(background + y * stride + x)) <= LEAST_CONTRAST) continue;
      n++;
      light += level;
      if (!coloured) continue;
      const at = (y >> 1) * slab.chromaStride + (x >> 1);
      u += <i32>load<u8>(chroma + slab.uOffset + at);
      v += <i32>load<u8>(chroma + slab.vOffset + at);
    }
  }
  if (own && n < LEAST_OWN) return false;
  if (n == 0) return false;
  store<f32>(looks, <f32>(<f64>light / <f64>n));
  store<f32>(looks + 4, <f32>((COLOUR * <f64>u) / <f64>n));
  store<f32>(looks + 8, <f32>((COLOUR * <f64>v) / <f64>n));
  return true;
}

/** `share` of the way from one look to another. */
export function learnLooks(looks: usize, seen: usize, share: f32): void {
  for (let i: usize = 0; i < <usize>LOOKS << 2; i += 4) {
    const before = load<f32>(looks + i);
    store<f32>(looks + i, before + share * (load<f32>(seen + i) - before));
  }
}

/** How alike two looks are, 0..1. */
export function alike(a: usize, b: usize, known: i32): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < <usize>LOOKS << 2; i += 4) sum += <f64>abs(load<f32>(a + i) - load<f32>(b + i));
  const difference = sum / (<f64>LOOKS * (known ? USUAL : USUAL_UNKNOWN));
  return 1 / (1 + difference * difference);
}
