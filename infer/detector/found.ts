import { OBJECTS } from './objects.js';

/** Fractions of the picture from its top left corner. */
export interface Box {
  readonly l: number;
  readonly t: number;
  readonly w: number;
  readonly h: number;
}

/** An object in a picture. */
export interface Found {
  readonly object: string;
  readonly confidence: number;
  readonly box: Box;
}

export interface Wanted {
  readonly minimumConfidence: number;
  /** Names of classes; without it, all. */
  readonly objects?: ReadonlySet<string>;
}

/** What the picture covers of the model's input, in pixels. */
interface Covered {
  readonly width: number;
  readonly height: number;
}

/** Left, top, right, bottom in the model's pixels, confidence, number of the class. */
const VALUES = 6;
/** Two boxes that share more of their area than this are about the same thing. */
const SAME = 0.7;

const overlap = (a: Box, b: Box): number => {
  const across = Math.min(a.l + a.w, b.l + b.w) - Math.max(a.l, b.l);
  const down = Math.min(a.t + a.h, b.t + b.h) - Math.max(a.t, b.t);
  if (across <= 0 || down <= 0) return 0;
  return (across * down) / (a.w * a.h + b.w * b.h - across * down);
};

const fraction = (value: number): number => Math.min(1, Math.max(0, value));

/**
 * What of the model's output is wanted, the surest first. The model may call one thing a car and a truck: the surer of
 * the two stays, after what nobody asked for has gone.
 */
export const wantedOf = (output: Float32Array, covered: Covered, { minimumConfidence, objects }: Wanted): Found[] => {
  const { width, height } = covered;
  const found: Found[] = [];
  for (let at = 0; at + VALUES <= output.length; at += VALUES) {
    const [left, top, right, bottom, confidence, number] = output.subarray(at, at + VALUES) as unknown as number[];
    const object = OBJECTS[number!];
    if (object === undefined || confidence! < minimumConfidence || (objects && !objects.has(object))) continue;
    const [l, t] = [fraction(left! / width), fraction(top! / height)];
    const box = { l, t, w: fraction(right! / width) - l, h: fraction(bottom! / height) - t };
    if (box.w > 0 && box.h > 0) found.push({ object, confidence: Math.min(1, confidence!), box });
  }
  found.sort((a, b) => b.confidence - a.confidence);
  const distinct: Found[] = [];
  for (const one of found) if (!distinct.some((other) => overlap(one.box, other.box) > SAME)) distinct.push(one);
  return distinct;
};
