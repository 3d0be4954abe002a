import type { GdpHandlers } from '../lanes/gdp-reader.js';
import type { EncodedUnit, Picture } from '../types.js';
import { bmpFile } from './bmp-file.js';
import { parseCaps, rawFormatOf } from './caps.js';
import type { DecodeBacklog } from './decode-backlog.js';
import type { DecoderClock } from './decoder-clock.js';
import type { PictureLayout } from './picture-layout.js';
import type { PushOut } from './push-out.js';

export interface PictureReceiverDeps {
  /** What each picture looks like in each branch of the pipeline. */
  layouts: readonly PictureLayout[];
  clock: DecoderClock;
  backlog: DecodeBacklog;
  pushOut: PushOut;
  onPicture(picture: Picture, index: number): void;
  /** `onPicture` threw; told of the first time only. */
  onThrow(error: unknown): void;
}

/**
 * What comes back from a decoder. Each picture comes once per branch, in the branches' order and with one time, so that a
 * time seen again means the next branch; whether it is wanted is decided with the first.
 */
export class PictureReceiver implements GdpHandlers {
  readonly #deps: PictureReceiverDeps;
  /** Of each branch. */
  readonly #caps: string[] = [];
  #time = Number.NaN;
  #branch = 0;
  /** Stream time of the picture that is just being received, or undefined if it is not wanted. */
  #pts: number | undefined;
  #closed = false;
  #threw = false;

  constructor(deps: PictureReceiverDeps) {
    this.#deps = deps;
  }

  /** Nothing is handed on any more. */
  close(): void {
    this.#closed = true;
  }

  wants(time: number | null): boolean {
    if (this.#closed || time === null) return false;
    if (time === this.#time) this.#branch += 1;
    else this.#first(time);
    // More than there are branches: another picture with the same time, which no camera should send.
    return this.#pts !== undefined && this.#branch < this.#deps.layouts.length;
  }

  onBuffer({ payload }: EncodedUnit): void {
    const layout = this.#deps.layouts[this.#branch];
    if (this.#closed || this.#pts === undefined || !layout || (layout.size ?? payload.length) !== payload.length)
      return;
    const { size: _, ...shape } = layout;
    const data = shape.format === 'bmp' ? bmpFile(payload, shape) : payload;
    const caps = this.#caps[this.#branch] ?? '';
    const picture = { pts: this.#pts, ...shape, caps, data };
    try {
      this.#deps.onPicture(picture, this.#branch);
    } catch (error) {
      // The reader of the lane, which calls this, would lose its place.
      if (!this.#threw) this.#deps.onThrow(error);
      this.#threw = true;
    }
  }

  onCaps(text: string): void {
    const { width, height } = parseCaps(text);
    const format = rawFormatOf(text);
    const branch = this.#deps.layouts.findIndex(
      (each) => each.width === width && each.height === height && each.format === format,
    );
    if (branch >= 0) this.#caps[branch] = text;
  }

  #first(time: number): void {
    const { clock, backlog, pushOut } = this.#deps;
    this.#time = time;
    this.#branch = 0;
    backlog.picture(time);
    this.#pts = pushOut.isCopy(time) ? undefined : clock.picture(time);
  }
}
