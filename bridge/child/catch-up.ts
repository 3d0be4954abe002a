import { statSync } from 'node:fs';

const LOOK_MS = 200;

/** Waits until a file that is being written holds so many bytes. Only the file itself shows how far GStreamer has come. */
export class CatchUp {
  readonly #path: string;
  #timer: NodeJS.Timeout | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  wait(bytes: number, then: () => void): void {
    this.stop();
    this.#timer = setInterval(() => {
      if ((statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0) < bytes) return;
      this.stop();
      then();
    }, LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
