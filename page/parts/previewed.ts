import { noChange } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';
import type { ElementPart } from 'lit/directive.js';
import { readPreview } from '../api/videos.js';
import { PreviewDesk } from '../media/preview-desk.js';

/** Of the pictures that are stored; the engine has them ready. */
const WIDTH = 320;
/** Moments that are no farther apart have the same preview. */
const STEP_MS = 1000;

/** Of the whole page: whoever shows a full picture that was asked for has it make way. */
export const previews = new PreviewDesk((video, time, signal) => readPreview(video, time, WIDTH, signal));

/** An image that shows the preview of a moment, as `<img ${previewed(video, time)} />`; hidden until there is one. */
class Previewed extends AsyncDirective {
  #image: HTMLImageElement | undefined;
  #video = '';
  #time = Number.NaN;
  #url = '';

  render(_video: string, _time: number): unknown {
    return noChange;
  }

  override update({ element }: ElementPart, [video, time]: [string, number]): unknown {
    this.#image = element as HTMLImageElement;
    const at = Math.round(time / STEP_MS) * STEP_MS;
    if (video === this.#video && at === this.#time) return noChange;
    if (video !== this.#video) this.show(undefined);
    this.#video = video;
    this.#time = at;
    if (this.isConnected) previews.want(this, video, at);
    return noChange;
  }

  show(picture: Blob | undefined): void {
    const image = this.#image!;
    URL.revokeObjectURL(this.#url);
    image.style.visibility = picture ? '' : 'hidden';
    if (!picture) return;
    this.#url = URL.createObjectURL(picture);
    image.src = this.#url;
  }

  override disconnected(): void {
    previews.leave(this);
    URL.revokeObjectURL(this.#url);
  }

  override reconnected(): void {
    previews.want(this, this.#video, this.#time);
  }
}

export const previewed = directive(Previewed);
