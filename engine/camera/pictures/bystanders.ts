import { isCoded, type Picture, type PictureSpec } from '../../../bridge/index.js';
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

  /** Whether the picture of this keyframe, which is about to be decoded in these sizes and formats, is wanted. */
  want(key: AccessUnit, specs: readonly PictureSpec[]): boolean {
    if (closestTo(0, specs) < 0) return false;
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

/**
 * Index of the size that is best made into this width: the smallest that is no narrower, or the widest. −1: none is a whole
 * picture of pixels.
 */
const closestTo = (width: number, specs: readonly PictureSpec[]): number => {
  const widths = specs.map((each) => (isWhole(each) ? each.width : undefined) ?? Number.NaN);
  const whole = widths.filter((each) => each >= 0);
  const enough = whole.filter((each) => each >= width);
  return widths.indexOf(enough.length > 0 ? Math.min(...enough) : Math.max(...whole));
};

/** Neither distorted nor with borders, and no file. */
const isWhole = ({ height, fit, format }: PictureSpec): boolean =>
  height === undefined && fit === undefined && !isCoded(format);
