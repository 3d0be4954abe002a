import { parseCaps } from '../../bridge/filters/caps.js';
import { StillError } from '../../bridge/still-error.js';
import type { Bridge, Picture } from '../../bridge/types.js';
import type { StoredPreview } from '../archive/preview-file.js';
import type { CameraSession } from '../camera/session.js';
import type { AccessUnit } from '../camera/types.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { Micros } from '../core/time.js';
import { ownWidth } from './still-desk.js';

export interface PreviewMakerDeps {
  session: Pick<CameraSession, 'capsOf' | 'toUtc'> & { pictures: Pick<CameraSession['pictures'], 'standBy'> };
  bridge: Pick<Bridge, 'still'>;
  /** Whether what comes from the camera is being recorded. */
  isRecording(): boolean;
  /** How far apart they are; 0: none are made. Asked each time. */
  every(): Micros;
  keep(preview: StoredPreview): void;
  log: Logger;
}

/** Pixels; enough for a picture beside a pointer. */
export const PREVIEW_WIDTH = 320;
const QUALITY = 60;

/**
 * Makes small pictures of what is being recorded, one every few seconds, of keyframes that are decoded for somebody else, when
 * hosts have nothing else to do. While nobody has the camera's pictures decoded, it makes none.
 */
export class PreviewMaker {
  readonly #deps: PreviewMakerDeps;
  #leave: () => void = () => {};
  #last: Pick<AccessUnit, 'pts' | 'epoch'> | undefined;
  #isMaking = false;

  constructor(deps: PreviewMakerDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { session, isRecording } = this.#deps;
    this.#leave = session.pictures.standBy({
      width: PREVIEW_WIDTH,
      wants: (key) => isRecording() && this.#isDue(key),
      onPicture: (picture, key) => this.#picture(picture, key),
    });
  }

  /** None is made any more. */
  stop(): void {
    this.#leave();
  }

  #isDue({ pts, epoch }: AccessUnit): boolean {
    const every = this.#deps.every();
    if (this.#isMaking || every === 0) return false;
    return this.#last?.epoch !== epoch || pts - this.#last.pts >= every;
  }

  #picture(picture: Picture, key: AccessUnit): void {
    // Where keyframes follow each other closely, more of them were wanted before the first had come out.
    if (!this.#isDue(key)) return;
    this.#last = { pts: key.pts, epoch: key.epoch };
    this.#isMaking = true;
    void this.#make(picture, key).finally(() => {
      this.#isMaking = false;
    });
  }

  async #make({ caps, data }: Picture, { pts, epoch }: AccessUnit): Promise<void> {
    const { session, bridge, keep, log } = this.#deps;
    try {
      const own = session.capsOf(epoch);
      const width = Math.min(PREVIEW_WIDTH, own ? ownWidth(own) : PREVIEW_WIDTH);
      // The bytes are somebody else's as soon as this waits.
      const spec = { caps: parseCaps(caps), units: [Uint8Array.from(data)], width, quality: QUALITY, patient: true };
      const utc = session.toUtc(pts);
      keep({ utc, ...(await bridge.still(spec)) });
    } catch (error) {
      // Nobody waits for it, so nobody else could tell; and an engine must not end over a small picture.
      const isExpected = error instanceof StillError;
      log[isExpected ? 'debug' : 'error'](`there is no preview: ${messageOf(error)}`);
    }
  }
}
