import type { Picture, PictureSpec } from '../../../bridge/types.js';
import type { AccessUnit } from '../types.js';
import type { Bystander } from './types.js';

/** Keyframes that are remembered until their picture comes out. There are more only if the decoder delivers nothing. */
const MOST_AWAITED = 16;

/** Hands pictures of keyframes that are decoded for others to those who want some of them. */
export class Bystanders {
  readonly #all = new Set<Bystander>();
  /** Keyframes whose pictures are wanted, and by whom, by presentation time. */
  readonly #awaited = new Map<number, { key: AccessUnit; wanting: readonly Bystander[] }>();

  /** @returns a function that removes the bystander. */
  add(bystander: Bystander): () => void {
    this.#all.add(bystander);
    return () => {
      this.#all.delete(bystander);
    };
  }

  /** Whether the picture of this keyframe, which is about to be decoded, is wanted. */
  want(key: AccessUnit): boolean {
    const wanting = [...this.#all].filter((each) => each.wants(key));
    if (wanting.length === 0) return false;
    if (this.#awaited.size >= MOST_AWAITED) this.#awaited.clear();
    this.#awaited.set(key.pts, { key, wanting });
    return true;
  }

  /** A picture has come out in the size and format `specs[index]`. Pictures come in order, in all sizes one after the other. */
  picture(picture: Picture, specs: readonly PictureSpec[], index: number): void {
    if (this.#awaited.size === 0) return;
    const { key, wanting = [] } = this.#awaited.get(picture.pts) ?? {};
    for (const each of wanting) {
      if (key && this.#all.has(each) && index === closestTo(each.width, specs)) each.onPicture(picture, key);
    }
    if (index < specs.length - 1) return;
    for (const pts of this.#awaited.keys()) if (pts <= picture.pts) this.#awaited.delete(pts);
  }

  clear(): void {
    this.#all.clear();
    this.#awaited.clear();
  }
}

/** Index of the size that is best made into this width: the smallest that is no narrower, or the widest. */
const closestTo = (width: number, specs: readonly PictureSpec[]): number => {
  const widths = specs.map((each) => each.width);
  const enough = widths.filter((each) => each >= width);
  return widths.indexOf(enough.length > 0 ? Math.min(...enough) : Math.max(...widths));
};
