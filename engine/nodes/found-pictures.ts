import type { Picture } from '../../bridge/index.js';
import type { PictureFeed, PictureRequest } from '../camera/pictures/types.js';
import type { MediaTime, UtcMicros } from '../core/time.js';
import type { Inference } from '../inference/types.js';
import type { Found, FoundPictureHandlers, PicturePort } from './links.js';

/** Most bytes, and pictures, that wait for answers for one consumer. If there are more, the server is too far behind. */
const MOST_BYTES = 32 * 1024 * 1024;
const MOST_HELD = 512;
/** Answers that are remembered at most. More only if a consumer takes nothing. */
const MOST_ANSWERS = 512;

/** A picture that waits, or the time of one that the consumer does not get. */
type Held = { readonly picture: Picture; readonly found: Found } | { readonly skipped: number };

interface Consumer {
  readonly feed: PictureFeed;
  readonly handlers: FoundPictureHandlers;
  /** In order of time. */
  readonly held: Held[];
  bytes: number;
}

const timeOf = (held: Held): number => ('picture' in held ? held.picture.pts : held.skipped);

/**
 * The pictures behind a node that asks a server about some of them. All pictures come, in order, with what the server has
 * found in them. So each waits until it is known whether the server is asked about it, and then for the answer; those
 * behind it wait with it. A consumer asks for its own size and rate, so its pictures need not be those that the server gets:
 * they are the same if their times are.
 */
export class FoundPictures implements PicturePort {
  readonly #camera: () => PicturePort;
  readonly #consumers = new Set<Consumer>();
  /** Times of pictures that the server is asked about. Null: there is no answer yet. In order of time. */
  readonly #asked = new Map<number, readonly Inference[] | null>();
  /** Time of the newest picture of which it is known whether the server is asked. */
  #decided = Number.NEGATIVE_INFINITY;

  constructor(camera: () => PicturePort) {
    this.#camera = camera;
  }

  get filters(): boolean {
    return this.#camera().filters ?? false;
  }

  open(request: PictureRequest, handlers: FoundPictureHandlers): PictureFeed {
    const { onSkipped, onBlind } = handlers;
    const feed = this.#camera().open(request, {
      onPicture: (picture, found) => {
        this.#hold(consumer, { picture: { ...picture, data: new Uint8Array(picture.data) }, found });
      },
      ...(onSkipped ? { onSkipped: (skipped) => this.#hold(consumer, { skipped }) } : {}),
      ...(onBlind ? { onBlind } : {}),
    });
    const consumer: Consumer = { feed, handlers, held: [], bytes: 0 };
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

  /** The server is asked about the picture of this time. */
  asked(pts: number): void {
    this.#decided = pts;
    if (this.#consumers.size === 0) return;
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

  #hold(consumer: Consumer, held: Held): void {
    consumer.held.push(held);
    if ('picture' in held) consumer.bytes += held.picture.data.byteLength;
    while (consumer.bytes > MOST_BYTES || consumer.held.length > MOST_HELD) this.#giveUp(consumer);
    this.#releaseTo(consumer);
  }

  /** The oldest picture has waited for too long. */
  #giveUp(consumer: Consumer): void {
    const oldest = consumer.held.shift();
    if (!oldest) return;
    if ('picture' in oldest) {
      consumer.bytes -= oldest.picture.data.byteLength;
      consumer.feed.missed('notAnswered', 'pictures waited too long for the answer of the inference server');
    }
    consumer.handlers.onSkipped?.(timeOf(oldest));
  }

  #release(): void {
    for (const consumer of this.#consumers) this.#releaseTo(consumer);
    let oldest = this.#decided;
    for (const { held } of this.#consumers) if (held[0]) oldest = Math.min(oldest, timeOf(held[0]));
    for (const [pts, answer] of this.#asked) {
      if (pts >= oldest || answer === null) break;
      this.#asked.delete(pts);
    }
  }

  #releaseTo(consumer: Consumer): void {
    const { held, handlers } = consumer;
    for (let first = held[0]; first && timeOf(first) <= this.#decided; first = held[0]) {
      const answer = this.#asked.get(timeOf(first));
      if (answer === null) return;
      held.shift();
      if ('picture' in first) consumer.bytes -= first.picture.data.byteLength;
      if (!('picture' in first)) handlers.onSkipped?.(first.skipped);
      else handlers.onPicture(first.picture, withAnswer(first.found, answer));
    }
  }
}

const withAnswer = ({ inferences }: Found, answer: readonly Inference[] | undefined): Found =>
  answer === undefined ? { inferences, asked: false } : { inferences: [...inferences, ...answer], asked: true };
