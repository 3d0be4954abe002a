import type { Clock } from '../../core/clock.js';
import { messageOf } from '../../core/errors.js';
import type { Logger } from '../../core/log.js';
import { type Micros, type MonotonicTime, seconds } from '../../core/time.js';
import type { CameraNow, CameraPicture, CameraSource } from './camera-now.js';

interface PictureShowerOptions {
  source: Pick<CameraSource, 'picture'>;
  clock: Clock;
  log: Logger;
  /** How old a picture becomes while nothing moves. */
  every: Micros;
  show(camera: string, jpeg: Buffer): void;
}

/** While something moves, and until there is one. Each picture is decoded for this alone, and is some tens of kB. */
const WHILE_MOVING: Micros = seconds(10);
/** Between any two, of whatever cameras: where everything moves, each camera gets fewer. */
const PAUSE: Micros = seconds(0.5);
const WIDTHS = [640, 320] as const;
/** Bytes. A noisy picture that is larger is made smaller. */
const LARGEST = 256 * 1024;

interface Last {
  at: MonotonicTime;
  /** Undefined while there has been none. */
  version: string | undefined;
}

/** Has pictures of cameras published: one when something begins to move, then a few, and one now and then. One at a time. */
export class PictureShower {
  readonly #options: PictureShowerOptions;
  readonly #last = new Map<string, Last>();
  #isBusy = false;
  #next = 0 as MonotonicTime;
  #stopped = false;

  constructor(options: PictureShowerOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Takes the cameras as they are now, every second or so. */
  look(cameras: readonly CameraNow[]): void {
    for (const name of this.#last.keys()) {
      if (!cameras.some((camera) => camera.name === name)) this.#last.delete(name);
    }
    if (this.#isBusy || this.#stopped || this.#options.clock.monotonic() < this.#next) return;
    const due = cameras.filter((camera) => this.#isDue(camera));
    // Who has waited longest comes first.
    due.sort((a, b) => this.#ageOf(b) - this.#ageOf(a));
    if (due[0]) void this.#make(due[0].name);
  }

  #ageOf({ name }: CameraNow): number {
    const last = this.#last.get(name);
    return last ? this.#options.clock.monotonic() - last.at : Number.POSITIVE_INFINITY;
  }

  #isDue(camera: CameraNow): boolean {
    if (!camera.connected) return false;
    const isSoon = camera.scene.motion === true || this.#last.get(camera.name)?.version === undefined;
    return this.#ageOf(camera) >= (isSoon ? WHILE_MOVING : this.#options.every);
  }

  async #make(camera: string): Promise<void> {
    const { clock, log, show } = this.#options;
    const before = this.#last.get(camera)?.version;
    this.#isBusy = true;
    let version = before;
    try {
      const picture = await this.#smallEnough(camera);
      version = picture?.version;
      if (picture && version !== before && !this.#stopped) show(camera, picture.jpeg);
    } catch (error) {
      // A camera that has just connected has none yet.
      log.debug({ camera }, `there is no picture for the broker: ${messageOf(error)}`);
    } finally {
      const at = clock.monotonic();
      this.#isBusy = false;
      this.#next = (at + PAUSE) as MonotonicTime;
      this.#last.set(camera, { at, version });
    }
  }

  async #smallEnough(camera: string): Promise<CameraPicture | undefined> {
    for (const width of WIDTHS) {
      const picture = await this.#options.source.picture(camera, width);
      if (picture.jpeg.length <= LARGEST) return picture;
    }
    this.#options.log.warn({ camera }, `a picture of ${WIDTHS.at(-1)} pixels is larger than ${LARGEST} bytes`);
    return undefined;
  }
}
