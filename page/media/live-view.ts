import { type LiveListener, LivePlayer } from './live-player.js';

/** One that nobody has taken by then was not wanted. */
const KEPT_MS = 5000;

/** A live view with an element of its own, which plays before it has a place in the page, and before anybody listens. */
export class LiveView {
  readonly video: HTMLVideoElement;
  readonly #player: LivePlayer;
  #listener: LiveListener | undefined;
  #hasPicture = false;
  #problem: { words: string; final: boolean } | undefined;

  /** @param path of the camera's live view */
  constructor(path: string) {
    this.video = document.createElement('video');
    this.video.muted = true;
    this.video.playsInline = true;
    this.#player = new LivePlayer(this.video, path, {
      onPicture: () => {
        this.#hasPicture = true;
        this.#problem = undefined;
        this.#listener?.onPicture();
      },
      onProblem: (words, final) => {
        this.#problem = { words, final };
        this.#listener?.onProblem(words, final);
      },
    });
    this.#player.start();
  }

  get shownAt(): number | undefined {
    return this.#player.shownAt;
  }

  /** Tells of everything from now on, and at once of what has happened before. */
  listen(listener: LiveListener): void {
    this.#listener = listener;
    if (this.#hasPicture) listener.onPicture();
    if (this.#problem) listener.onProblem(this.#problem.words, this.#problem.final);
  }

  jump(): void {
    this.#player.jump();
  }

  stop(): void {
    this.#player.stop();
  }
}

const ahead = new Map<string, { view: LiveView; timer: ReturnType<typeof setTimeout> }>();

/** Begins a live view that will be wanted in a moment, when there is a place for it. */
export const beginAhead = (path: string): void => {
  if (ahead.has(path)) return;
  const timer = setTimeout(() => takeLive(path).stop(), KEPT_MS);
  ahead.set(path, { view: new LiveView(path), timer });
};

/** The live view that was begun ahead, or another one. Whoever takes it stops it. */
export const takeLive = (path: string): LiveView => {
  const begun = ahead.get(path);
  if (!begun) return new LiveView(path);
  clearTimeout(begun.timer);
  ahead.delete(path);
  return begun.view;
};
