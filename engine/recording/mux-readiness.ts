import type { Bridge } from '../../bridge/types.js';
import type { CameraSession } from '../camera/session.js';

/**
 * Keeps a muxer ready for the clips of a camera while a sink waits for its gate: nobody knows when the next clip begins,
 * and a process that is started only then costs its first half second.
 */
export class MuxReadiness {
  readonly #session: Pick<CameraSession, 'attach' | 'capsOf'>;
  readonly #bridge: Pick<Bridge, 'keepMuxReady'>;
  readonly #folder: string;
  #epoch: number | undefined;
  #release: () => void = () => {};
  #detach: () => void = () => {};

  /** @param folder where the clips will be written */
  constructor(session: Pick<CameraSession, 'attach' | 'capsOf'>, bridge: Pick<Bridge, 'keepMuxReady'>, folder: string) {
    this.#session = session;
    this.#bridge = bridge;
    this.#folder = folder;
  }

  start(): void {
    this.#detach = this.#session.attach({ onUnit: ({ epoch }) => this.#see(epoch) }, 0);
  }

  stop(): void {
    this.#detach();
    this.#release();
    this.#release = () => {};
  }

  /** Each epoch may have another codec. */
  #see(epoch: number): void {
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    const caps = this.#session.capsOf(epoch, 'video');
    const before = this.#release;
    this.#release = caps ? this.#bridge.keepMuxReady([caps], this.#folder) : () => {};
    before();
  }
}
