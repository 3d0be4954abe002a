import type { Box } from '../../../wasm/types.js';
import { sixDecimals } from '../../core/six-decimals.js';
import type { Inference } from '../../inference/types.js';

/** What is known of motion, in a picture or in several together. */
export interface MotionFacts {
  boxes: readonly Box[];
  score: number;
  why?: Record<string, unknown> | undefined;
}

/** Motion as AVA's inferences: one for each region, or one without a region. */
export const motionInferences = ({ boxes, score, why }: MotionFacts, withRegions: boolean): Inference[] => {
  const extensions = { score: score.toFixed(3), ...explain(why) };
  if (!withRegions || boxes.length === 0) return [{ type: 'motion', motion: {}, extensions }];
  return boxes.map((box) => ({ type: 'motion', motion: { box: rounded(box) }, extensions }));
};

/** Never beyond the picture's edge. */
const rounded = (box: Box): Box => {
  const round = (value: number, most = 1) => Math.min(most, Math.max(0, sixDecimals(value)));
  const l = round(box.l);
  const t = round(box.t);
  return { l, t, w: round(box.w, round(1 - l)), h: round(box.h, round(1 - t)) };
};

/** AVA's extensions are a map from string to string. */
const explain = (why: Record<string, unknown> | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(why ?? {}).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
