import type { Pixels } from '../pictures/pixels.js';

/** Where, of the source, a row or column of the model's input comes from: its first place, the weight of each place from there on. */
interface Taps {
  readonly first: Int32Array;
  readonly weights: readonly Float32Array[];
}

/**
 * A triangle as wide as one place of the result, at least as wide as one of the source: bilinear when the picture grows,
 * and an average when it shrinks, so that what is small does not fall between the places that are looked at.
 */
const tapsFor = (from: number, to: number): Taps => {
  const scale = from / to;
  const reach = Math.max(1, scale);
  const first = new Int32Array(to);
  const weights: Float32Array[] = [];
  for (let at = 0; at < to; at++) {
    const centre = (at + 0.5) * scale - 0.5;
    const low = Math.max(0, Math.ceil(centre - reach));
    const high = Math.min(from - 1, Math.floor(centre + reach));
    const taps = Float32Array.from({ length: high - low + 1 }, (_, tap) => reach - Math.abs(low + tap - centre));
    const sum = taps.reduce((total, weight) => total + weight, 0);
    first[at] = low;
    weights.push(sum > 0 ? taps.map((weight) => weight / sum) : Float32Array.of(1));
  }
  return { first, weights };
};

/** The picture, stretched to a square of `side`: red, green, blue from 0 to 255, row by row. */
export const squareInput = ({ width, height, bytesPerPixel, data }: Pixels, side: number): Float32Array => {
  const across = tapsFor(width, side);
  const down = tapsFor(height, side);
  const narrow = new Float32Array(side * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < side; x++, at += 3) {
      let from = (y * width + across.first[x]!) * bytesPerPixel;
      let [red, green, blue] = [0, 0, 0];
      for (const weight of across.weights[x]!) {
        red += weight * data[from]!;
        green += weight * data[from + 1]!;
        blue += weight * data[from + 2]!;
        from += bytesPerPixel;
      }
      narrow[at] = red;
      narrow[at + 1] = green;
      narrow[at + 2] = blue;
    }
  }
  const row = side * 3;
  const result = new Float32Array(row * side);
  for (let y = 0; y < side; y++) {
    const weights = down.weights[y]!;
    for (let tap = 0; tap < weights.length; tap++) {
      const weight = weights[tap]!;
      const from = (down.first[y]! + tap) * row;
      for (let at = 0; at < row; at++) result[y * row + at]! += weight * narrow[from + at]!;
    }
  }
  return result;
};
