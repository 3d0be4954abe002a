import type { PictureFeed, PictureRequest } from '../camera/pictures/types.js';
import type { MediaTime, UtcMicros } from '../core/time.js';
import type { Inference } from '../inference/types.js';
import type { Found, FoundPictureHandlers, PicturePort } from './links.js';
import { type Holder, PictureHolding } from './picture-holding.js';

/** Most bytes, and pictures, that wait for answers for one consumer. */
const MOST = { bytes: 32 * 1024 * 1024, pictures: 512 };
/** Answers that are remembered at most. More only if a consumer takes nothing. */
const MOST_ANSWERS = 512;

/**
 * The pictures behind a node that asks a server about some of them. All pictures come, in order, with what the server has
 * found in them. So each waits until it is known whether the server is asked about it, and then for the answer; those
 * behind it wait with it. A consumer's picture is the one that the server gets if their times are the same.
 */
export class FoundPictures implements PicturePort {
  readonly #camera: () => PicturePort;
  readonly #holding: PictureHolding;
  /** Times of pictures that the server is asked about. Null: there is no answer yet. In order of time. */
  readonly #asked = new Map<number, readonly Inference[] | null>();
  /** Time of the newest picture of which it is known whether the server is asked. */
  #decided = Number.NEGATIVE_INFINITY;

  constructor(camera: () => PicturePort) {
    this.#camera = camera;
    this.#holding = new PictureHolding({
      ...{ camera, most: MOST },
      lost: { cause: 'notAnswered', message: 'pictures waited too long for the answer of the inference server' },
      onHeld: (holder) => this.#releaseTo(holder),
    });
  }

  get filters(): boolean {
    return this.#camera().filters ?? false;
  }

  open(request: PictureRequest, handlers: FoundPictureHandlers): PictureFeed {
    return this.#holding.open(request, handlers);
  }

  toUtc(at: MediaTime): UtcMicros {
    return this.#camera().toUtc(at);
  }

  /** The server is asked about the picture of this time. */
  asked(pts: number): void {
    this.#decided = pts;
    if (this.#holding.holders.size === 0) return;
    this.#asked.set(pts, null);
    while (this.#asked.size > MOST_ANSWERS) this.#asked.delete(this.#asked.keys().next().value!);
  }

  /** The server is not asked about the picture of this time. */
  notAsked(pts: number): void {
    this.#decided = Math.max(this.#decided, pts);
    this.#release();
  }

  /** The server has answered. Undefined: there will be no answer. */
  answered(pts: number, inferences: readonly Inference[] | undefined): void {
    if (inferences === undefined) this.#asked.delete(pts);
    else if (this.#asked.has(pts)) this.#asked.set(pts, inferences);
    this.#release();
  }

  #release(): void {
    const { holders } = this.#holding;
    for (const holder of holders) this.#releaseTo(holder);
    const oldest = Math.min(this.#decided, ...[...holders].flatMap(({ held }) => held[0]?.pts ?? []));
    for (const [pts, answer] of this.#asked) {
      if (pts >= oldest || answer === null) break;
      this.#asked.delete(pts);
    }
  }

  #releaseTo(holder: Holder): void {
    const { held, handlers } = holder;
    for (let first = held[0]; first && first.pts <= this.#decided; first = held[0]) {
      const answer = this.#asked.get(first.pts);
      if (answer === null) return;
      this.#holding.take(holder);
      if (!first.picture) handlers.onSkipped?.(first.pts);
      else handlers.onPicture(first.picture, withAnswer(first.found, answer));
    }
  }
}

const withAnswer = ({ inferences }: Found, answer: readonly Inference[] | undefined): Found =>
  answer === undefined ? { inferences, asked: false } : { inferences: [...inferences, ...answer], asked: true };
