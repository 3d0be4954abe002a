import { placeBehind, type RingPlace } from '../camera/ring-place.js';

/** Empty places at the front are removed once there are this many and they outnumber the rest. */
const COMPACT_AFTER = 512;

/** The pictures that a file was given, in that order. Where each was in the ring is known for as long as it is there. */
export class WrittenPictures {
  #places: RingPlace[] = [];
  #head = 0;
  /** How many were forgotten. */
  #gone = 0;

  get count(): number {
    return this.#gone + this.#places.length - this.#head;
  }

  /** @param oldest index of the oldest unit in the ring */
  add({ index, picture }: RingPlace, oldest: number): void {
    this.#places.push({ index, picture });
    for (; this.#places[this.#head]!.index < oldest && this.#head < this.#places.length - 1; this.#head++) this.#gone++;
    if (this.#head < COMPACT_AFTER || this.#head * 2 < this.#places.length) return;
    this.#places = this.#places.slice(this.#head);
    this.#head = 0;
  }

  /** What follows the picture that was written as the `count`th. Of those that have left the ring only the number is right. */
  placeAfter(count: number): RingPlace | undefined {
    if (count <= 0) return undefined;
    const at = Math.min(count, this.count) - 1 - this.#gone;
    const place = this.#places[this.#head + Math.max(0, at)];
    if (!place) return undefined;
    const { index, picture } = placeBehind({ ...place, track: 'video' });
    return { index: index + Math.min(0, at), picture: picture + Math.min(0, at) };
  }
}
