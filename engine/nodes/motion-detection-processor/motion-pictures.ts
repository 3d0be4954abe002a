import type { Verdict } from '../../../wasm/types.js';
import type { PictureFeed, PictureRequest } from '../../camera/pictures/types.js';
import type { MediaTime, UtcMicros } from '../../core/time.js';
import type { FoundPictureHandlers, PicturePort } from '../links.js';
import { type Held, PictureHolding } from '../picture-holding.js';
import { motionInferences } from './motion-inferences.js';

/**
 * Passes pictures with motion to the nodes behind. Each gets the verdict of the first judged picture at or after its own
 * time.
 */
export class MotionPictures implements PicturePort {
  readonly filters = true;
  readonly #camera: () => PicturePort;
  readonly #holding: PictureHolding;

  constructor(camera: () => PicturePort) {
    this.#camera = camera;
    this.#holding = new PictureHolding({
      camera,
      most: { pictures: 8, bytes: Number.POSITIVE_INFINITY },
      lost: { cause: 'notJudged', message: 'pictures waited too long for their verdict' },
    });
  }

  open(request: PictureRequest, handlers: FoundPictureHandlers): PictureFeed {
    return this.#holding.open(request, handlers);
  }

  toUtc(at: MediaTime): UtcMicros {
    return this.#camera().toUtc(at);
  }

  verdict(verdict: Verdict): void {
    if (this.#holding.holders.size === 0) return;
    const motion = verdict.motion ? motionInferences(verdict, true) : null;
    for (const holder of this.#holding.holders) {
      const { feed, handlers, held } = holder;
      const judged: Held[] = [];
      while (held[0] && held[0].pts <= verdict.pts) judged.push(this.#holding.take(holder)!);
      // A consumer that gets no pictures because there is no motion is not blind.
      if (!motion && judged.some(({ picture }) => picture)) feed.judged();
      for (const { pts, ...one } of judged) {
        if (!motion || !one.picture) handlers.onSkipped?.(pts);
        else handlers.onPicture(one.picture, { inferences: [...one.found.inferences, ...motion], asked: true });
      }
    }
  }
}
