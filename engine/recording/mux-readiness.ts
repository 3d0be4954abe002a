import type { Bridge, MuxSpec } from '../../bridge/types.js';
import type { CameraSession } from '../camera/session.js';
import type { AccessUnit } from '../camera/types.js';

type WatchedSession = Pick<CameraSession, 'attach' | 'capsOf' | 'sound'>;

/**
 * Keeps a muxer ready for the clips of a camera while a sink waits for its gate: nobody knows when the next clip begins,
 * and a process that is started only then costs its first half second.
 */
export class MuxReadiness {
  readonly #session: WatchedSession;
  readonly #muxes: Pick<Bridge, 'keepMuxReady'>;
  readonly #folder: string;
  readonly #withSound: boolean;
  readonly #form: Pick<MuxSpec, 'segment'>;
  #seen = '';
  #release: () => void = () => {};
  #detach: () => void = () => {};

  /**
   * @param folder where the files will be written
   * @param files `withSound`: they have sound, if the camera has; `segment`: as the mux takes it
   */
  constructor(
    session: WatchedSession,
    muxes: Pick<Bridge, 'keepMuxReady'>,
    folder: string,
    { withSound, ...form }: { withSound: boolean } & Pick<MuxSpec, 'segment'>,
  ) {
    this.#session = session;
    this.#muxes = muxes;
    this.#folder = folder;
    this.#withSound = withSound;
    this.#form = form;
  }

  start(): void {
    this.#detach = this.#session.attach({ onUnit: (unit) => this.#see(unit) }, 0);
  }

  stop(): void {
    this.#detach();
    this.#release();
    this.#release = () => {};
  }

  /** Each epoch may have another codec, and sound may come. */
  #see({ track, epoch }: AccessUnit): void {
    if (track !== 'video') return;
    const sound = this.#withSound ? this.#session.sound : undefined;
    const seen = `${epoch} ${sound?.epoch}`;
    if (seen === this.#seen) return;
    this.#seen = seen;
    const video = this.#session.capsOf(epoch);
    const before = this.#release;
    const tracks = video === undefined ? [] : sound ? [video, sound.caps] : [video];
    this.#release = tracks.length > 0 ? this.#muxes.keepMuxReady({ tracks, ...this.#form }, this.#folder) : () => {};
    before();
  }
}
