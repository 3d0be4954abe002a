import type { KeepAliveMethod } from '../../bridge/failure.js';
import type { RtspFailure } from '../../bridge/rtsp/types.js';

/** Once may be chance: the network fails at that moment, or the camera's power. */
const TIMES = 2;

/**
 * What one camera hangs up on. Some end their session when they are asked whether they are still there, as they must be; each
 * would last until the first question. What has been learned is kept.
 */
export class Manners {
  readonly #unwelcome = new Set<KeepAliveMethod>();
  #suspect: KeepAliveMethod | undefined;
  /** Sessions in a row that ended with the suspect. */
  #times = 0;

  /** What is not to be asked. */
  get unwelcome(): readonly KeepAliveMethod[] {
    return [...this.#unwelcome];
  }

  /** A session has ended. */
  failed({ hungUpOn }: RtspFailure): void {
    this.#times = hungUpOn !== undefined && hungUpOn === this.#suspect ? this.#times + 1 : 1;
    this.#suspect = hungUpOn;
    if (hungUpOn !== undefined && this.#times >= TIMES) this.#unwelcome.add(hungUpOn);
  }
}
