import type { Picture } from '../../bridge/index.js';
import type { PictureFeed, PictureRequest } from '../camera/pictures/types.js';
import type { Found, FoundPictureHandlers, PicturePort } from './links.js';

/** A picture that waits, or the time of one that the consumer does not get. */
export type Held =
  | { readonly pts: number; readonly picture: Picture; readonly found: Found }
  | { readonly pts: number; readonly picture?: undefined };

export interface Holder {
  readonly feed: PictureFeed;
  readonly handlers: FoundPictureHandlers;
  /** In order of time. */
  readonly held: Held[];
  bytes: number;
}

export interface HoldingOptions {
  camera(): PicturePort;
  /** Most that waits for one consumer. If there is more, what it waits for is too far behind. */
  most: { readonly pictures: number; readonly bytes: number };
  /** What is said of a picture that has waited too long. */
  lost: { readonly cause: Parameters<PictureFeed['missed']>[0]; readonly message: string };
  /** Something more waits. */
  onHeld?(holder: Holder): void;
}

/**
 * Pictures of a camera that wait, for each consumer behind a node, until the node knows something about them. A consumer
 * asks for its own size and rate, so its pictures need not be those that the node looks at.
 */
export class PictureHolding {
  readonly holders = new Set<Holder>();
  readonly #options: HoldingOptions;

  constructor(options: HoldingOptions) {
    this.#options = options;
  }

  open(request: PictureRequest, handlers: FoundPictureHandlers): PictureFeed {
    const { onSkipped, onBlind } = handlers;
    const feed = this.#options.camera().open(request, {
      onPicture: (picture, found) => {
        const kept = { ...picture, data: new Uint8Array(picture.data) };
        this.#hold(holder, { pts: picture.pts, picture: kept, found });
      },
      ...(onSkipped ? { onSkipped: (pts) => this.#hold(holder, { pts }) } : {}),
      ...(onBlind ? { onBlind } : {}),
    });
    const holder: Holder = { feed, handlers, held: [], bytes: 0 };
    this.holders.add(holder);
    return {
      ...feed,
      get leadsBack() {
        return feed.leadsBack;
      },
      close: () => {
        this.holders.delete(holder);
        feed.close();
      },
    };
  }

  /** Takes the oldest away from those that wait. */
  take(holder: Holder): Held | undefined {
    const oldest = holder.held.shift();
    holder.bytes -= oldest?.picture?.data.byteLength ?? 0;
    return oldest;
  }

  /** Takes the newest away: it comes again. */
  takeNewest(holder: Holder): void {
    holder.bytes -= holder.held.pop()?.picture?.data.byteLength ?? 0;
  }

  #hold(holder: Holder, held: Held): void {
    const { most, lost, onHeld } = this.#options;
    holder.held.push(held);
    holder.bytes += held.picture?.data.byteLength ?? 0;
    while (holder.bytes > most.bytes || holder.held.length > most.pictures) {
      const oldest = this.take(holder);
      if (!oldest) break;
      if (oldest.picture) holder.feed.missed(lost.cause, lost.message);
      holder.handlers.onSkipped?.(oldest.pts);
    }
    onHeld?.(holder);
  }
}
