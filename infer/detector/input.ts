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

/** A picture as the model takes it. */
export interface ModelInput {
  /** A square of red, green, blue from 0 to 255, row by row. */
  readonly values: Float32Array;
  /** What the picture covers of it, from the top left corner; the rest is black. */
  readonly width: number;
  readonly height: number;
}

/** Scales a picture to fit into a square of `side`. In a picture that is stretched the model finds a quarter less. */
export const modelInput = (picture: Pixels, side: number): ModelInput => {
  const scale = side / Math.max(picture.width, picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const narrow = scaledAcross(picture, width);
  const down = tapsFor(picture.height, height);
  const row = width * 3;
  const values = new Float32Array(side * side * 3);
  for (let y = 0; y < height; y++) {
    const weights = down.weights[y]!;
    const into = y * side * 3;
    for (let tap = 0; tap < weights.length; tap++) {
      const weight = weights[tap]!;
      const from = (down.first[y]! + tap) * row;
      for (let at = 0; at < row; at++) values[into + at]! += weight * narrow[from + at]!;
    }
  }
  return { values, width, height };
};

/** All rows of the picture, `to` pixels wide. */
const scaledAcross = ({ width, height, bytesPerPixel, data }: Pixels, to: number): Float32Array => {
  const { first, weights } = tapsFor(width, to);
  const result = new Float32Array(to * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < to; x++, at += 3) {
      let from = (y * width + first[x]!) * bytesPerPixel;
      let [red, green, blue] = [0, 0, 0];
      for (const weight of weights[x]!) {
        red += weight * data[from]!;
        green += weight * data[from + 1]!;
        blue += weight * data[from + 2]!;
        from += bytesPerPixel;
      }
      result[at] = red;
      result[at + 1] = green;
      result[at + 2] = blue;
    }
  }
  return result;
};
