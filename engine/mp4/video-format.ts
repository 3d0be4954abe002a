import { nalUnits } from '../../bridge/codec/annex-b.js';
import { decoderConfiguration } from '../../bridge/codec/decoder-configuration.js';
import { isParameterSet, nalTypeOf } from '../../bridge/codec/nal-types.js';
import { StoredUnits } from '../../bridge/filters/stored-units.js';
import type { NalCodec, StreamCaps } from '../../bridge/types.js';
import { videoEntry } from './sample-entry.js';

/** How a camera's pictures are stored in MP4. */
export class VideoFormat {
  /** How they are to be decoded. */
  readonly entry: Buffer;
  /** The content of `avcC` or `hvcC`. */
  readonly configuration: Buffer;
  readonly #units: StoredUnits;

  private constructor(entry: Buffer, configuration: Buffer, units: StoredUnits) {
    this.entry = entry;
    this.configuration = configuration;
    this.#units = units;
  }

  /** @param key a picture with the parameter sets in front of it; undefined if they are missing or damaged */
  static of(codec: NalCodec, caps: StreamCaps, key: Uint8Array): VideoFormat | undefined {
    const sets = nalUnits(key).filter((nal) => isParameterSet(codec, nalTypeOf(codec, nal)));
    const configuration = decoderConfiguration(codec, sets);
    const units = new StoredUnits(codec, caps);
    if (!configuration || units.begin(key) === undefined) return undefined;
    return new VideoFormat(videoEntry(codec, caps, configuration), configuration, units);
  }

  /**
   * A picture as files hold it.
   * @param take where memory comes from
   */
  stored(payload: Uint8Array, take?: (length: number) => Buffer): Buffer {
    return this.#units.stored(payload, 0, take);
  }
}
