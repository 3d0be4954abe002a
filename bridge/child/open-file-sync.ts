import { type FileHandle, open } from 'node:fs/promises';

/** From one sync of an open file to the next. With the fragment in progress, it is what a power cut may cost. */
const PAUSE_MS = 2000;

/** The files of this host take turns: many clips on a slow disk are synced less often, and the disk stays usable. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Has what is written to a file put on the disk again and again while it grows, so that a power cut leaves a clip that
 * plays up to some seconds before. The file's name is the engine's to sync: a host cannot. It never holds up the muxer, which has its own descriptor and thread.
 */
export class OpenFileSync {
  readonly #path: string;
  readonly #failed: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #file: FileHandle | undefined;
  #stopped = false;

  constructor(path: string, failed: (error: unknown) => void) {
    this.#path = path;
    this.#failed = failed;
  }

  /** The file exists. */
  start(): void {
    this.#timer = setTimeout(() => {
      const mine = turn.then(() => this.#sync());
      turn = mine;
      void mine.then(() => {
        if (!this.#stopped) this.start();
      });
    }, PAUSE_MS);
  }

  /** A sync that has begun goes on; what fails is then for others to find. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    void turn.then(() => this.#file?.close()).catch(() => {});
  }

  async #sync(): Promise<void> {
    if (this.#stopped) return;
    try {
      this.#file ??= await open(this.#path, 'r');
      await this.#file.datasync();
    } catch (error) {
      // The system tells of a write that went wrong only once: nobody else would learn of it.
      if (!this.#stopped) this.#failed(error);
      this.#stopped = true;
    }
  }
}
