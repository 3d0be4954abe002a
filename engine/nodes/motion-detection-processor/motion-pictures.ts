import type { Picture } from '../../../bridge/index.js';
import type { Verdict } from '../../../wasm/types.js';
import type { PictureFeed, PictureRequest } from '../../camera/pictures/types.js';
import type { MediaTime, UtcMicros } from '../../core/time.js';
import type { FoundPictureHandlers, PicturePort } from '../links.js';
import { motionInferences } from './motion-inferences.js';

/** Most pictures that wait for a verdict for one consumer. If there are more, the detector is too far behind. */
const MOST_HELD = 8;

interface Consumer {
  readonly feed: PictureFeed;
  readonly handlers: FoundPictureHandlers;
  /** Pictures, and times of pictures that the consumer does not get, in order of time. */
  readonly held: Array<Picture | { readonly pts: number; readonly data?: undefined }>;
}

/**
 * Passes pictures with motion to the nodes behind. A consumer asks for its own size and rate, so its pictures need not
 * be the ones that were judged. Each gets the verdict of the first judged picture at or after its own time.
 */
export class MotionPictures implements PicturePort {
  readonly filters = true;
  readonly #camera: () => PicturePort;
  readonly #consumers = new Set<Consumer>();

  constructor(camera: () => PicturePort) {
    this.#camera = camera;
  }

  open(request: PictureRequest, handlers: FoundPictureHandlers): PictureFeed {
    const held: Consumer['held'] = [];
    const { onSkipped, onBlind } = handlers;
    const hold = (one: Consumer['held'][number]): void => {
      held.push(one);
      if (held.length <= MOST_HELD) return;
      const lost = held.shift();
      if (lost?.data) feed.missed('notJudged', 'pictures waited too long for their verdict');
      if (lost) onSkipped?.(lost.pts);
    };
    const feed = this.#camera().open(request, {
      onPicture: (picture) => hold({ ...picture, data: new Uint8Array(picture.data) }),
      ...(onSkipped ? { onSkipped: (pts) => hold({ pts }) } : {}),
      ...(onBlind ? { onBlind } : {}),
    });
    const consumer: Consumer = { feed, handlers, held };
    this.#consumers.add(consumer);
    return {
      ...feed,
      close: () => {
        this.#consumers.delete(consumer);
        feed.close();
      },
    };
  }

  toUtc(at: MediaTime): UtcMicros {
    return this.#camera().toUtc(at);
  }

  verdict(verdict: Verdict): void {
    if (this.#consumers.size === 0) return;
    const found = verdict.motion ? { inferences: motionInferences(verdict, true), asked: true } : null;
    for (const { feed, handlers, held } of this.#consumers) {
      const judged = held.findIndex(({ pts }) => pts > verdict.pts);
      const pictures = held.splice(0, judged < 0 ? held.length : judged);
      // A consumer that gets no pictures because there is no motion is not blind.
      if (!found && pictures.some(({ data }) => data)) feed.judged();
      for (const picture of pictures) {
        if (found && picture.data) handlers.onPicture(picture, found);
        else handlers.onSkipped?.(picture.pts);
      }
    }
  }
}
