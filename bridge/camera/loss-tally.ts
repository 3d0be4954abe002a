import type { MediaLoss } from '../types.js';

const NOTHING: MediaLoss = { packets: 0, spans: 0, micros: 0, garbageBytes: 0, overflow: 0 };

/** Loss that comes within this time is told of as one. */
const GATHER_MS = 500;

/** Gathers losses, so that a bad line costs a message now and then and not one for each packet. */
export class LossTally {
  readonly #tell: (loss: MediaLoss) => void;
  #loss = { ...NOTHING };
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (loss: MediaLoss) => void) {
    this.#tell = tell;
  }

  add(loss: Partial<MediaLoss>): void {
    for (const key of Object.keys(NOTHING) as (keyof MediaLoss)[]) this.#loss[key] += loss[key] ?? 0;
    this.#timer ??= setTimeout(() => this.flush(), GATHER_MS).unref();
  }

  /** Tells what has been gathered, if there is anything. */
  flush(): void {
    clearTimeout(this.#timer);
    if (this.#timer === undefined) return;
    this.#timer = undefined;
    const loss = this.#loss;
    this.#loss = { ...NOTHING };
    this.#tell(loss);
  }
}
