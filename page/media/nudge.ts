/** How an element that plays is brought to the moment of the clock. Times in ms. */

/** So near, nothing is done: rates that change all the time can be heard. */
const NEAR = 12;
/** Farther than that it jumps, which costs a keyframe's worth of decoding. */
const FAR = 400;
/** What is missing is made up for in about so long. */
const WITHIN = 500;
const MOST = 0.2;

export type Nudge = 'jump' | { rate: number };

/** @param drift how much later in the media the element is than the clock */
export const nudgeOf = (drift: number, rate: number): Nudge => {
  const far = FAR * Math.max(1, rate);
  if (Math.abs(drift) > far) return 'jump';
  if (Math.abs(drift) < NEAR) return { rate };
  const change = Math.max(-MOST, Math.min(MOST, -drift / WITHIN));
  return { rate: rate * (1 + change) };
};

/** An element that stands is sent so much behind its moment: a picture begins at its time, and rounding may put that before. */
export const BEHIND_MOMENT_MS = 0.5;

/** Whether it shows the picture of its moment. A little before, it may show the one before. @param drift as of `nudgeOf` */
export const standsAt = (drift: number): boolean => drift >= 0 && drift <= 2 * BEHIND_MOMENT_MS;
