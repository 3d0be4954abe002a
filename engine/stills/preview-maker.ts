import { StillError } from '../../bridge/still-error.js';
import type { Bridge } from '../../bridge/types.js';
import type { StoredPreview } from '../archive/preview-file.js';
import type { AccessUnit } from '../camera/types.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { MediaTime, Micros } from '../core/time.js';
import { newestKeyframe, type RingSession } from './newest-keyframe.js';
import { ownWidth } from './still-desk.js';

export interface PreviewMakerDeps {
  session: RingSession;
  bridge: Pick<Bridge, 'still'>;
  /** How far apart they are; 0: none are made. Asked each time. */
  every(): Micros;
  keep(preview: StoredPreview): void;
  log: Logger;
}

/** Pixels; enough for a picture beside a pointer. */
export const PREVIEW_WIDTH = 320;
const QUALITY = 60;

/** Makes small pictures of what is being recorded, one every few seconds, when hosts have nothing else to do. */
export class PreviewMaker {
  readonly #deps: PreviewMakerDeps;
  #last: { pts: MediaTime; epoch: number } | undefined;
  #isMaking = false;

  constructor(deps: PreviewMakerDeps) {
    this.#deps = deps;
  }

  /** A unit that is being recorded has entered the ring. */
  recorded({ track, key, pts, epoch }: AccessUnit): void {
    if (!key || track !== 'video' || this.#isMaking) return;
    const every = this.#deps.every();
    const isDue = this.#last?.epoch !== epoch || pts - this.#last.pts >= every;
    if (every === 0 || !isDue) return;
    this.#last = { pts, epoch };
    this.#isMaking = true;
    void this.#make().finally(() => {
      this.#isMaking = false;
    });
  }

  async #make(): Promise<void> {
    const { session, bridge, keep, log } = this.#deps;
    try {
      const found = newestKeyframe(session);
      if (!found) return;
      const { caps, owner, utc, units } = found;
      const width = Math.min(PREVIEW_WIDTH, ownWidth(caps));
      const spec = { caps, units: units(), width, quality: QUALITY, patient: true };
      keep({ utc, ...(await bridge.still({ ...spec, ...(owner === undefined ? {} : { owner }) })) });
    } catch (error) {
      // Nobody waits for it, so nobody else could tell; and an engine must not end over a small picture.
      const isExpected = error instanceof StillError;
      log[isExpected ? 'debug' : 'error'](`there is no preview: ${messageOf(error)}`);
    }
  }
}
