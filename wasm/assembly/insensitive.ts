// Where the detector sees nothing now: the share of the picture in which an object of ordinary contrast could not be found.
import { SceneState } from './scene-states';
import { Slab } from './slab';

/** An object of ordinary contrast differs by 40 grey levels; a cell stands out by one and a quarter of its threshold. */
const ORDINARY_THRESHOLD: i32 = 32;
/** In what is darker than twelve grey levels nothing has contrast: the sum of a cell's 16 pixels. */
const DARK_SUM: i32 = 192;

/** Notes the share, per mille of the cells that are looked at. */
export function noteInsensitive(slab: Slab): void {
  if (slab.sceneStates & (SceneState.tampered | SceneState.frozen)) {
    slab.insensitive = 1000;
    return;
  }
  const total = slab.cellCount;
  const thresholds = slab.thresholds;
  const sums = slab.sums;
  const zones = slab.zones;
  let seen = 0;
  let lost = 0;
  let i = 0;
  if (ASC_FEATURE_SIMD) {
    const most = i8x16.splat(<i8>ORDINARY_THRESHOLD);
    const dark = i16x8.splat(<i16>DARK_SUM);
    for (; i + 16 <= total; i += 16) {
      const looked = i8x16.ne(v128.load(zones.at(i)), i8x16.splat(0));
      const low = i16x8.lt_u(v128.load(sums.at(i)), dark);
      const high = i16x8.lt_u(v128.load(sums.at(i), 16), dark);
      const lostHere = v128.or(i8x16.gt_u(v128.load(thresholds.at(i)), most), i8x16.narrow_i16x8_s(low, high));
      seen += popcnt(i8x16.bitmask(looked));
      lost += popcnt(i8x16.bitmask(v128.and(looked, lostHere)));
    }
  }
  for (; i < total; i++) {
    if (!zones[i]) continue;
    seen++;
    lost += i32(thresholds[i] > ORDINARY_THRESHOLD || sums[i] < DARK_SUM);
  }
  slab.insensitive = (lost * 1000) / max(1, seen);
}
