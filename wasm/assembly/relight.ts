// The rare pass over the whole model after a change of light of the whole picture.

/** Mean ← mean · gain + offset for all pixels of a model; gain in Q13 (8192 is 1, below 4), offset in Q7. */
export function relight(model: usize, mean8: usize, pixels: i32, gain: i32, offset: i32): void {
  if (ASC_FEATURE_SIMD) {
    const g = i16x8.splat(<i16>gain);
    const o = i16x8.splat(<i16>offset);
    for (let i = 0; i < pixels; i += 16) {
      const p = model + (i << 2);
      const low = litBy(v128.load(p), g, o);
      const high = litBy(v128.load(p, 16), g, o);
      v128.store(p, low);
      v128.store(p, high, 16);
      const half = i16x8.splat(64);
      v128.store(
        mean8 + i,
        i8x16.narrow_i16x8_u(i16x8.shr_s(i16x8.add(low, half), 7), i16x8.shr_s(i16x8.add(high, half), 7)),
      );
    }
  } else {
    for (let i = 0; i < pixels; i++) {
      const p = model + ((i >> 4) << 6) + ((i & 15) << 1);
      let t = (<i32>load<i16>(p) * gain + 0x4000) >> 15;
      t = min(32767, t << 1);
      t = min(32767, t << 1);
      t = max(-32768, min(32767, t + offset));
      t = max(0, min(32640, t));
      store<i16>(p, <i16>t);
      store<u8>(mean8 + i, <u8>((t + 64) >> 7));
    }
  }
}

// @ts-ignore: decorator
@inline
function litBy(m: v128, gain: v128, offset: v128): v128 {
  let t = i16x8.q15mulr_sat_s(m, gain);
  t = i16x8.add_sat_s(t, t);
  t = i16x8.add_sat_s(t, t);
  t = i16x8.add_sat_s(t, offset);
  return i16x8.min_s(i16x8.splat(32640), i16x8.max_s(i16x8.splat(0), t));
}
