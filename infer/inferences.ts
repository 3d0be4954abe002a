import type { Found } from './detector/found.js';

/** More digits would say more than the model knows. */
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

/** An object as AVA's schema has it. */
export const inferenceOf = ({ object, confidence, box: { l, t, w, h } }: Found) => ({
  type: 'entity',
  subtype: 'objectDetection',
  entity: {
    tag: { value: object, confidence: rounded(confidence) },
    box: { l: rounded(l), t: rounded(t), w: rounded(w), h: rounded(h) },
  },
});
