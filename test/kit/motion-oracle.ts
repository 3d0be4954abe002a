/** The kernels once more in plain JavaScript, one pixel after another: what the compiled ones are compared with. */

export interface SenseResult {
  count: Uint8Array;
  sums: Uint16Array;
  /** One bit a pixel, rows of stride / 8 bytes. */
  mask: Uint8Array;
}

/** A row of cells: `source`, `mean8` and `threshold8` hold four rows of pixels. */
export function oracleSense(
  source: Uint8Array,
  sourceStride: number,
  mean8: Uint8Array,
  threshold8: Uint8Array,
  cellsX: number,
  stride: number,
): SenseResult {
  const result = {
    count: new Uint8Array(stride >> 2),
    sums: new Uint16Array(stride >> 2),
    mask: new Uint8Array(stride >> 1),
  };
  for (let y = 0; y < 4; y++) {
    for (let x = 0; x < cellsX * 4; x++) {
      const value = source[y * sourceStride + x] as number;
      const cell = x >> 2;
      result.sums[cell] = (result.sums[cell] as number) + value;
      if (Math.abs(value - (mean8[y * stride + x] as number)) > (threshold8[y * stride + x] as number)) {
        result.count[cell] = (result.count[cell] as number) + 1;
        const byte = y * (stride >> 3) + (x >> 3);
        result.mask[byte] = (result.mask[byte] as number) | (1 << (x & 7));
      }
    }
  }
  return result;
}

function mulQ15(a: number, b: number): number {
  return Math.min(32767, Math.floor((a * b + 0x4000) / 32768));
}

export interface LearnState {
  mean: Int16Array;
  spread: Int16Array;
  mean8: Uint8Array;
  threshold8: Uint8Array;
  modelSums: Uint16Array;
  thresholds: Uint8Array;
}

export interface LearnInput {
  source: Uint8Array;
  sourceStride: number;
  learning: Uint8Array;
  /** For each kind: mean, spread up, spread down, Q15. */
  rates: readonly (readonly [number, number, number])[];
  floors: Uint8Array;
  nuisance: Uint8Array;
  cellsX: number;
  stride: number;
  factor: number;
  ceiling: number;
}

/** Changes `state` as learnRow does. */
export function oracleLearn(state: LearnState, input: LearnInput): void {
  for (let cell = 0; cell < input.cellsX; cell++) {
    const [alpha, up, down] = input.rates[input.learning[cell] as number] as readonly [number, number, number];
    let meanSum = 0;
    let thresholdSum = 0;
    for (let y = 0; y < 4; y++) {
      for (let x = cell * 4; x < cell * 4 + 4; x++) {
        const at = y * input.stride + x;
        const d = ((input.source[y * input.sourceStride + x] as number) << 7) - (state.mean[at] as number);
        state.mean[at] = (state.mean[at] as number) + mulQ15(d, alpha);
        const spread = state.spread[at] as number;
        const error = Math.min(Math.abs(d), 8191) * 4;
        state.spread[at] = spread + mulQ15(error - spread, error > spread ? up : down);
        state.mean8[at] = ((state.mean[at] as number) + 64) >> 7;
        const ceiling = Math.min(255, input.ceiling + (input.nuisance[cell] as number)) * 128;
        const share = mulQ15(state.spread[at] as number, input.factor);
        const threshold = Math.max((input.floors[cell] as number) * 128, Math.min(ceiling, share));
        state.threshold8[at] = (threshold + 64) >> 7;
        meanSum += state.mean8[at] as number;
        thresholdSum += state.threshold8[at] as number;
      }
    }
    state.modelSums[cell] = meanSum;
    state.thresholds[cell] = thresholdSum >> 4;
  }
  for (let cell = input.cellsX; cell < input.stride >> 2; cell++) {
    state.modelSums[cell] = 0;
    state.thresholds[cell] = 0;
  }
}

/** Mean ← mean · gain (Q13) + offset (Q7), as relight does it. */
export function oracleRelight(mean: Int16Array, gain: number, offset: number): { mean: Int16Array; mean8: Uint8Array } {
  const out = mean.map((m) => {
    let t = mulQ15(m, gain);
    t = Math.min(32767, t * 2);
    t = Math.min(32767, t * 2);
    t = Math.max(-32768, Math.min(32767, t + offset));
    return Math.max(0, Math.min(32640, t));
  });
  return { mean: out, mean8: Uint8Array.from(out, (m) => (m + 64) >> 7) };
}
