import { codecOf } from '../../bridge/filters/caps.js';
import type { Bridge } from '../../bridge/types.js';
import type { Clock } from '../core/clock.js';
import { Disks } from './disk-queue.js';
import { EncodedMux } from './encoded-mux.js';
import { FileMux, type FileMuxDeps } from './file-mux.js';
import { FlushTimer } from './flush-timer.js';
import type { Mux, Muxer, MuxSpec } from './types.js';

/** What becomes of MJPEG in files: it stays as it is, where a file need not be played by browsers, or becomes H.264. */
export type MjpegClips = 'jpeg' | 'h264';

export interface MuxesDeps {
  bridge: Pick<Bridge, 'encode'>;
  clock: Clock;
  mjpegClips: MjpegClips;
}

/** Makes MP4 files, each as its pictures need. */
export class Muxes implements Muxer {
  readonly #bridge: MuxesDeps['bridge'];
  readonly #mjpegClips: MjpegClips;
  readonly #files: FileMuxDeps;

  constructor({ bridge, clock, mjpegClips }: MuxesDeps) {
    this.#bridge = bridge;
    this.#mjpegClips = mjpegClips;
    this.#files = { clock, disks: new Disks(), timer: new FlushTimer(clock) };
  }

  mux(spec: MuxSpec): Mux {
    const [video] = spec.tracks;
    // No browser plays segments of JPEG.
    const isEncoded =
      video !== undefined &&
      codecOf(video.mediaType) === 'mjpeg' &&
      (spec.segment !== undefined || this.#mjpegClips === 'h264');
    const mux = isEncoded ? new EncodedMux(spec, video, this.#bridge, this.#files) : new FileMux(spec, this.#files);
    mux.start();
    return mux;
  }
}
