import type { Pixels } from '../pictures/pixels.js';

/** Which places of the source, with which weights, each place of the result is made of. One after the other, for speed. */
interface Taps {
  /** The first place of the source, for each of the result. */
  readonly from: Int32Array;
  /** Where its weights begin, and behind the last, where they end. */
  readonly start: Int32Array;
  readonly weights: Float32Array;
}

/**
 * A triangle as wide as one place of the result, at least as wide as one of the source: bilinear when the picture grows,
 * and an average when it shrinks, so that what is small does not fall between the places that are looked at.
 */
const tapsFor = (length: number, result: number): Taps => {
  const scale = length / result;
  const reach = Math.max(1, scale);
  const from = new Int32Array(result);
  const start = new Int32Array(result + 1);
  const weights: number[] = [];
  for (let at = 0; at < result; at++) {
    const centre = (at + 0.5) * scale - 0.5;
    const low = Math.max(0, Math.ceil(centre - reach));
    const high = Math.min(length - 1, Math.floor(centre + reach));
    const taps = Array.from({ length: high - low + 1 }, (_, tap) => reach - Math.abs(low + tap - centre));
    const sum = taps.reduce((total, weight) => total + weight, 0);
    from[at] = low;
    for (const weight of taps) weights.push(weight / sum);
    start[at + 1] = weights.length;
  }
  return { from, start, weights: Float32Array.from(weights) };
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
    const into = y * side * 3;
    let from = down.from[y]! * row;
    for (let tap = down.start[y]!; tap < down.start[y + 1]!; tap++, from += row) {
      const weight = down.weights[tap]!;
      for (let at = 0; at < row; at++) values[into + at]! += weight * narrow[from + at]!;
    }
  }
  return { values, width, height };
};

/** All rows of the picture, `to` pixels wide. */
const scaledAcross = ({ width, height, bytesPerPixel, data }: Pixels, to: number): Float32Array => {
  const { from, start, weights } = tapsFor(width, to);
  const result = new Float32Array(to * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < to; x++, at += 3) {
      const end = start[x + 1]!;
      let place = (y * width + from[x]!) * bytesPerPixel;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let tap = start[x]!; tap < end; tap++, place += bytesPerPixel) {
        const weight = weights[tap]!;
        red += weight * data[place]!;
        green += weight * data[place + 1]!;
        blue += weight * data[place + 2]!;
      }
      result[at] = red;
      result[at + 1] = green;
      result[at + 2] = blue;
    }
  }
  return result;
};
