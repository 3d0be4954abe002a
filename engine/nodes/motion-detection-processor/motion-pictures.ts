import type { Verdict } from '../../../wasm/types.js';
import type { PictureFeed, PictureRequest } from '../../camera/pictures/types.js';
import { type DecodePolicy, maxFpsOf } from '../../core/decode-policy.js';
import type { MediaTime, UtcMicros } from '../../core/time.js';
import type { FoundPictureHandlers, PicturePort } from '../links.js';
import { type Held, PictureHolding } from '../picture-holding.js';
import { motionInferences } from './motion-inferences.js';

/** Pictures that come faster than in life wait a little longer for their verdicts. */
const MOST_WAITING = { pictures: 32, bytes: 64 * 1024 * 1024 };

/**
 * Passes pictures with motion to the nodes behind. Each gets the verdict of the first judged picture at or after its own
 * time.
 */
export class MotionPictures implements PicturePort {
  readonly filters = true;
  readonly #camera: () => PicturePort;
  readonly #policy: () => DecodePolicy;
  readonly #holding: PictureHolding;

  /** @param policy that of the detector. */
  constructor(camera: () => PicturePort, policy: () => DecodePolicy) {
    this.#camera = camera;
    this.#policy = policy;
    this.#holding = new PictureHolding({
      camera,
      most: MOST_WAITING,
      lost: { cause: 'notJudged', message: 'pictures waited too long for their verdict' },
    });
  }

  open(request: PictureRequest, handlers: FoundPictureHandlers): PictureFeed {
    return this.#holding.open({ ...request, policy: this.#depending(request.policy) }, handlers);
  }

  get areWanted(): boolean {
    return this.#holding.holders.size > 0;
  }

  toUtc(at: MediaTime): UtcMicros {
    return this.#camera().toUtc(at);
  }

  /** Pictures after this time come again. */
  rewind(to: MediaTime): void {
    for (const holder of this.#holding.holders) {
      while ((holder.held.at(-1)?.pts ?? to) > to) this.#holding.takeNewest(holder);
      holder.feed.rewind(to);
    }
  }

  /** Pictures without motion are no reason to decode them. */
  #depending(asked: DecodePolicy): DecodePolicy {
    const own = this.#policy();
    if (own.kind !== 'adaptive') return asked;
    return asked.kind === 'keyframes' ? own : { ...own, fps: maxFpsOf(asked) };
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
