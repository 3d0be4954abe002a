/**
 * Where the person of `night_ir_trail` is, set by eye on stretched pictures, three a second. A verdict alone says little
 * there, since insects pass before the lens all the time: what counts is a box on the person.
 */
import type { Box } from '../../wasm/types.js';

export const NIGHT_CLIP = 'night_ir_trail';

const WIDTH = 960;
const HEIGHT = 1088;
/** Second of the first box; the others follow one a second. */
const FROM = 51;
/** Left, top, right and bottom in pixels of the source. The person comes through a gate, walks about and leaves again. */
const PLACES: readonly (readonly [number, number, number, number])[] = [
  [566, 308, 580, 412],
  [570, 314, 589, 415],
  [574, 315, 594, 425],
  [565, 318, 590, 428],
  [565, 330, 588, 436],
  [560, 318, 583, 452],
  [560, 318, 582, 458],
  [557, 320, 579, 463],
  [558, 318, 581, 463],
  [558, 321, 581, 458],
  [555, 330, 583, 466],
  [553, 332, 584, 470],
  [559, 335, 587, 472],
  [564, 335, 589, 468],
  [560, 322, 583, 466],
  [560, 322, 584, 463],
  [558, 322, 579, 470],
  [557, 321, 580, 458],
  [556, 315, 580, 455],
  [559, 320, 581, 442],
  [563, 322, 586, 440],
  [570, 318, 592, 424],
  [574, 312, 593, 415],
  [570, 312, 587, 416],
  [565, 308, 581, 414],
  [566, 308, 579, 412],
];
/** Whole seconds with the person. */
export const PERSON_SECONDS = PLACES.length - 1;
/** A box of more than this many times the person's area says nothing of where the person is. */
const LARGEST = 16;

/** The person's box at a time in between is on the straight line; undefined before and after. */
export function personAt(t: number): Box | undefined {
  const k = Math.min(Math.floor(t - FROM), PERSON_SECONDS - 1);
  const [a, b] = [PLACES[k], PLACES[k + 1]];
  if (a === undefined || b === undefined || t > FROM + PERSON_SECONDS) return undefined;
  const share = t - FROM - k;
  const [l, top, r, bottom] = a.map((v, i) => v + ((b[i] as number) - v) * share) as [number, number, number, number];
  return { l: l / WIDTH, t: top / HEIGHT, w: (r - l) / WIDTH, h: (bottom - top) / HEIGHT };
}

/** Its centre lies inside the person's box grown by the person's own size to every side, and it is not much larger. */
export function isOnPerson(box: Box, t: number): boolean {
  const person = personAt(t);
  if (person === undefined || box.w * box.h >= LARGEST * person.w * person.h) return false;
  const [x, y] = [box.l + box.w / 2, box.t + box.h / 2];
  return (
    x >= person.l - person.w && x <= person.l + 2 * person.w && y >= person.t - person.h && y <= person.t + 2 * person.h
  );
}

/** Whole seconds in which a verdict has a box on the person. */
export function boxedSeconds(verdicts: readonly { t: number; boxes: readonly Box[] }[]): number {
  const seconds = new Set(
    verdicts.filter(({ t, boxes }) => boxes.some((box) => isOnPerson(box, t))).map(({ t }) => Math.floor(t)),
  );
  seconds.delete(FROM + PERSON_SECONDS);
  return seconds.size;
}
