import { aacFormat, codecOf } from '../../bridge/filters/caps.js';
import { isCopied, isNalCodec } from '../../bridge/filters/clip-format.js';
import type { Bridge, Mux, MuxSpec, NalCodec } from '../../bridge/types.js';
import type { Clock } from '../core/clock.js';
import { Disks } from './disk-queue.js';
import { FileMux, type FileMuxDeps } from './file-mux.js';
import { FlushTimer } from './flush-timer.js';

export interface MuxesDeps {
  bridge: Pick<Bridge, 'mux' | 'keepMuxReady'>;
  clock: Clock;
}

/** Makes MP4 files: the engine writes what is stored as the camera has encoded it, and GStreamer what must be encoded anew. */
export class Muxes implements Pick<Bridge, 'mux' | 'keepMuxReady'> {
  readonly #bridge: MuxesDeps['bridge'];
  readonly #files: FileMuxDeps;

  constructor({ bridge, clock }: MuxesDeps) {
    this.#bridge = bridge;
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
  #copied({ tracks: [video, sound, ...others] }: Pick<MuxSpec, 'tracks'>): NalCodec | undefined {
    const codec = video && codecOf(video.mediaType);
    const isSoundCopied = sound === undefined || (isCopied(sound) && aacFormat(sound) !== undefined);
    return isNalCodec(codec) && isSoundCopied && others.length === 0 ? codec : undefined;
  }
}
