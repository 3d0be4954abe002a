import { type Picture, type PictureSpec, specKey, Thinning } from '../../../bridge/index.js';
import { maxFpsOf } from '../../core/decode-policy.js';
import { messageOf, SluiceError } from '../../core/errors.js';
import type { PictureHandlers, PictureRequest } from './types.js';

/** Maximum number of sizes and formats that one decoder delivers at a time. */
const MOST_SPECS = 4;

interface Consumer {
  readonly request: PictureRequest;
  /** The same for all that ask for the same picture. */
  readonly key: string;
  readonly handlers: PictureHandlers;
  readonly thinning: Thinning | null;
  /** Media time of the last picture that it was given, or told of. Those up to here are not for it: they come again for others. */
  newest: number;
}

/** Distributes the pictures of one decoder to consumers that want different sizes, formats and rates. */
export class PictureFanOut {
  readonly #consumers = new Set<Consumer>();

  /**
   * @returns `leave` removes the consumer; after `rewind` pictures after this time are for it again.
   * @throws SluiceError `TooManyPictureSizes`
   */
  join(request: PictureRequest, handlers: PictureHandlers): { leave(): void; rewind(to: number): void } {
    const key = specKey(request);
    const others = new Set([...this.#consumers].map((consumer) => consumer.key));
    if (others.size === MOST_SPECS && !others.has(key)) {
      throw new SluiceError(
        'TooManyPictureSizes',
        `a camera provides at most ${MOST_SPECS} sizes of pictures at once`,
        {
          kind: 'exhausted',
          hint: 'Let nodes that read the same camera ask for the same picture size.',
        },
      );
    }
    const fps = maxFpsOf(request.policy);
    const thinning = fps > 0 ? new Thinning(fps) : null;
    const consumer: Consumer = { request, key, handlers, thinning, newest: Number.NEGATIVE_INFINITY };
    this.#consumers.add(consumer);
    return {
      leave: () => {
        this.#consumers.delete(consumer);
      },
      rewind: (to) => {
        consumer.newest = to;
      },
    };
  }

  get size(): number {
    return this.#consumers.size;
  }

  requests(): PictureRequest[] {
    return [...this.#consumers].map(({ request }) => request);
  }

  /** Each size and format that a consumer asks for, once. */
  specs(): PictureSpec[] {
    const specs = new Map<string, PictureSpec>();
    for (const { key, request } of this.#consumers) {
      const { policy: _, ...spec } = request;
      if (!specs.has(key)) specs.set(key, spec);
    }
    return [...specs.values()];
  }

  /**
   * Passes a picture of `spec` to the consumers that asked for it, at most at the rate of each unless `whole` says that none is to go
   * without. All of them get it; what they threw is thrown afterwards, as an AggregateError if several did.
   */
  deliver(spec: PictureSpec, picture: Picture, whole = false): void {
    const thrown: unknown[] = [];
    const wanted = specKey(spec);
    for (const consumer of this.#consumers) {
      const { key, handlers, thinning } = consumer;
      if (key !== wanted || picture.pts <= consumer.newest) continue;
      consumer.newest = picture.pts;
      try {
        if (thinning?.takes(picture.pts) === false && !whole) handlers.onSkipped?.(picture.pts);
        else handlers.onPicture(picture);
      } catch (error) {
        thrown.push(error);
      }
    }
    if (thrown.length > 1) {
      throw new AggregateError(thrown, `${thrown.length} consumers failed: ${thrown.map(messageOf).join('; ')}`);
    }
    if (thrown.length > 0) throw thrown[0];
  }

  clear(): void {
    this.#consumers.clear();
  }
}
