import { aacFormat } from '../../bridge/filters/caps.js';
import { clipFormat, isNalCodec } from '../../bridge/filters/clip-format.js';
import type { Bridge, MjpegClips, Mux, MuxSpec } from '../../bridge/types.js';
import type { Clock } from '../core/clock.js';
import { Disks } from './disk-queue.js';
import { FileMux, type FileMuxDeps } from './file-mux.js';
import { FlushTimer } from './flush-timer.js';

export interface MuxesDeps {
  bridge: Pick<Bridge, 'mux' | 'keepMuxReady'>;
  clock: Clock;
  mjpegClips: MjpegClips;
}

/** Makes MP4 files: the engine writes what is stored as the camera has encoded it, and GStreamer what must be encoded anew. */
export class Muxes implements Pick<Bridge, 'mux' | 'keepMuxReady'> {
  readonly #bridge: MuxesDeps['bridge'];
  readonly #mjpegClips: MjpegClips;
  readonly #files: FileMuxDeps;

  constructor({ bridge, clock, mjpegClips }: MuxesDeps) {
    this.#bridge = bridge;
    this.#mjpegClips = mjpegClips;
    this.#files = { clock, disks: new Disks(), timer: new FlushTimer(clock) };
  }

  mux(spec: MuxSpec): Mux {
    const codec = this.#copied(spec);
    if (codec === undefined) return this.#bridge.mux(spec);
    const mux = new FileMux({ ...spec, codec }, this.#files);
    mux.start();
    return mux;
  }

  /** As of the bridge. Nothing has to be ready for what the engine writes. */
  keepMuxReady(spec: Pick<MuxSpec, 'tracks' | 'segment'>, folder: string): () => void {
    return this.#copied(spec) === undefined ? this.#bridge.keepMuxReady(spec, folder) : () => {};
  }

  /** The codec of pictures that are stored as they are, and the sound with them; undefined if something must be encoded. */
  #copied({ tracks, segment }: Pick<MuxSpec, 'tracks' | 'segment'>) {
    const format = clipFormat({ tracks, ...(segment ? { segment } : {}) }, this.#mjpegClips);
    if (!format || !isNalCodec(format.codec)) return undefined;
    const [, sound] = tracks;
    return sound === undefined || (format.sound === 'aac' && aacFormat(sound)) ? format.codec : undefined;
  }
}
