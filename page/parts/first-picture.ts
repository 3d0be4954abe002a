import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** One that takes longer is not waited for. */
const PATIENCE_MS = 400;

/**
 * Whether a view that begins live still waits for its first picture. What else there is to draw and to ask for can wait for
 * that, and would only hold it up.
 */
export class FirstPicture implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #isLive: () => boolean;
  readonly #onOver: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onOver called once for each time that the host is connected, when nothing is to be waited for any more */
  constructor(host: ReactiveControllerHost & HTMLElement, isLive: () => boolean, onOver: () => void) {
    this.#host = host;
    this.#isLive = isLive;
    this.#onOver = onOver;
    host.addController(this);
  }

  get isAwaited(): boolean {
    return this.#timer !== undefined;
  }

  hostConnected(): void {
    if (!this.#isLive()) {
      this.#onOver();
      return;
    }
    this.#timer = setTimeout(this.#over, PATIENCE_MS);
    this.#host.addEventListener('picture', this.#onPicture);
  }

  hostDisconnected(): void {
    this.#end();
  }

  /** It is decoded; it is on the screen with the frame after the next. */
  readonly #onPicture = (): void => {
    requestAnimationFrame(() => requestAnimationFrame(this.#over));
  };

  readonly #over = (): void => {
    if (!this.isAwaited) return;
    this.#end();
    this.#onOver();
    this.#host.requestUpdate();
  };

  #end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#host.removeEventListener('picture', this.#onPicture);
  }
}
