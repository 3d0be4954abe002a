import { inSixDecimals, sixDecimals } from '../core/six-decimals.js';
import type { Inference } from './types.js';

/** How the camera's picture lies in the picture that was sent, all in pixels of the latter. */
export interface Placement {
  readonly sent: { readonly width: number; readonly height: number };
  /** The whole of it, or less if it has borders. */
  readonly content: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
}

export interface PlacedInferences {
  readonly inferences: readonly Inference[];
  /** Left out, since nothing of them is in the camera's picture: they lie in the borders, or have no area. */
  readonly outside: number;
  /** Left out, since their boxes are no boxes. */
  readonly unreadable: number;
}

interface Box {
  readonly l: number;
  readonly t: number;
  readonly w: number;
  readonly h: number;
}

/** The types of inferences that have boxes. */
const WITH_BOX = ['entity', 'motion', 'event'] as const;

/**
 * A fraction beyond this is none: the server counts in pixels. Fractions may well be a little more than 1, where a model
 * guesses at the part of a thing that is out of sight.
 */
const PIXELS_FROM = 1.5;

/**
 * Turns boxes in the picture that a server has seen into boxes in the camera's picture, cut at its edges. An inference
 * whose box is not to be seen there is left out: without its box it would speak of the whole picture.
 */
export const placeBoxes = (inferences: readonly Inference[], placement: Placement): PlacedInferences => {
  const placed: Inference[] = [];
  let outside = 0;
  let unreadable = 0;
  for (const inference of inferences) {
    const result = withBoxes<Misplaced>(inference, (box) => placeBox(box, placement));
    if (result === 'outside') outside += 1;
    else if (result === 'unreadable') unreadable += 1;
    else placed.push(result);
  }
  return { inferences: placed, outside, unreadable };
};

/** Turns boxes in the camera's picture into boxes in the picture that is sent. */
export const boxesAsSent = (inferences: readonly Inference[], { sent, content }: Placement): readonly Inference[] =>
  inferences.map((inference) =>
    withBoxes<never>(inference, (box) => {
      const { l, t, w, h } = box as Box;
      return inSixDecimals({
        l: (l * content.width + content.left) / sent.width,
        t: (t * content.height + content.top) / sent.height,
        w: (w * content.width) / sent.width,
        h: (h * content.height) / sent.height,
      });
    }),
  );

type Misplaced = 'outside' | 'unreadable';

/** With other boxes, or why one of them has none. */
const withBoxes = <Why extends Misplaced>(
  inference: Inference,
  placed: (box: Partial<Box>) => Box | Why,
): Inference | Why => {
  let result = inference;
  for (const type of WITH_BOX) {
    const payload = inference[type] as { readonly box?: unknown } | null | undefined;
    const box = payload?.box ?? undefined;
    if (box === undefined) continue;
    const other = placed(box);
    if (typeof other === 'string') return other;
    result = { ...result, [type]: { ...payload, box: other } };
  }
  return result;
};

const placeBox = ({ l, t, w, h }: Partial<Box>, { sent, content }: Placement): Box | Misplaced => {
  if (!isNumber(l) || !isNumber(t) || !isNumber(w) || !isNumber(h) || w < 0 || h < 0) return 'unreadable';
  const inPixels = Math.max(l, t, w, h) > PIXELS_FROM;
  const x = inPixels ? 1 : sent.width;
  const y = inPixels ? 1 : sent.height;
  const left = fraction((l * x - content.left) / content.width);
  const top = fraction((t * y - content.top) / content.height);
  const right = fraction(((l + w) * x - content.left) / content.width);
  const bottom = fraction(((t + h) * y - content.top) / content.height);
  const width = sixDecimals(right - left);
  const height = sixDecimals(bottom - top);
  return width > 0 && height > 0 ? { l: left, t: top, w: width, h: height } : 'outside';
};

const isNumber = (value: unknown): value is number => Number.isFinite(value);

const fraction = (value: number): number => sixDecimals(Math.min(1, Math.max(0, value)));
