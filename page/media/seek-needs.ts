/** An element that seeks wants some pictures from there on, with which its decoder is full before it gives the first. */
const PICTURES = 16;
/** Of slow cameras, and of an element that has not come there after a while: its decoder may have many threads. */
const MOST_MS = 1000;
const LATE_MS = 300;

/**
 * How much media an element wants from the moment on that it seeks, in ms. What comes later need not be there yet.
 *
 * @param pictureMs length of a picture; undefined as long as it is not known
 * @param soughtMs how long it has been seeking
 */
export const seekNeeds = (pictureMs: number | undefined, soughtMs: number): number =>
  pictureMs === undefined || soughtMs > LATE_MS ? MOST_MS : Math.min(MOST_MS, PICTURES * pictureMs);
