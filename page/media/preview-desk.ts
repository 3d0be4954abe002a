/** What shows the preview of a moment that a hand is over. */
export interface PreviewViewer {
  /** Undefined where there is none. */
  show(picture: Blob | undefined): void;
}

interface Wish {
  video: string;
  /** In ms since the epoch. */
  time: number;
}

interface Asked {
  wish: Wish;
  viewers: Set<PreviewViewer>;
  abort: AbortController;
}

/** For so long after a hand has let go, the full picture of the moment has the machine for itself. */
const WAY_MS = 300;

/**
 * The one who asks for previews of the moments that hands pass: one at a time, for all who want the same, and next the newest
 * that is wanted by then. What was passed meanwhile is never asked for. A viewer that waits is served before one that was.
 */
export class PreviewDesk {
  readonly #read: (video: string, time: number, signal: AbortSignal) => Promise<Blob>;
  /** In the order in which they are served. */
  readonly #wishes = new Map<PreviewViewer, Wish>();
  #asked: Asked | undefined;
  #way: ReturnType<typeof setTimeout> | undefined;

  /** @param read rejects where there is no preview, or when it is aborted */
  constructor(read: (video: string, time: number, signal: AbortSignal) => Promise<Blob>) {
    this.#read = read;
  }

  /** Instead of what the viewer wanted before. Where that is on its way it is shown still, being nearer than what was before. */
  want(viewer: PreviewViewer, video: string, time: number): void {
    const asked = this.#asked;
    if (asked && asked.wish.video !== video) this.#takeOff(viewer);
    if (asked && isSame(asked.wish, { video, time })) {
      this.#wishes.delete(viewer);
      asked.viewers.add(viewer);
    } else this.#wishes.set(viewer, { video, time });
    this.#next();
  }

  /** The viewer wants nothing any more. */
  leave(viewer: PreviewViewer): void {
    this.#wishes.delete(viewer);
    this.#takeOff(viewer);
    this.#next();
  }

  /** A full picture is wanted: no preview is asked for while it comes, and the one that is on its way is given up. */
  makeWay(): void {
    clearTimeout(this.#way);
    this.#way = setTimeout(() => {
      this.#way = undefined;
      this.#next();
    }, WAY_MS);
    const asked = this.#asked;
    if (!asked) return;
    this.#giveUp();
    for (const viewer of asked.viewers) if (!this.#wishes.has(viewer)) this.#wishes.set(viewer, asked.wish);
  }

  #takeOff(viewer: PreviewViewer): void {
    if (this.#asked?.viewers.delete(viewer) && this.#asked.viewers.size === 0) this.#giveUp();
  }

  #giveUp(): void {
    this.#asked?.abort.abort();
    this.#asked = undefined;
  }

  #next(): void {
    const wish = this.#wishes.values().next().value;
    if (this.#asked || this.#way !== undefined || !wish) return;
    const same = [...this.#wishes].filter(([, other]) => isSame(wish, other)).map(([viewer]) => viewer);
    for (const viewer of same) this.#wishes.delete(viewer);
    void this.#ask({ wish, viewers: new Set(same), abort: new AbortController() });
  }

  async #ask(asked: Asked): Promise<void> {
    this.#asked = asked;
    const { video, time } = asked.wish;
    const picture = await this.#read(video, time, asked.abort.signal).catch(() => undefined);
    if (this.#asked !== asked) return;
    this.#asked = undefined;
    for (const viewer of asked.viewers) viewer.show(picture);
    this.#next();
  }
}

const isSame = (one: Wish, other: Wish): boolean => one.video === other.video && one.time === other.time;
