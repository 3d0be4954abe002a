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
    const units = new StoredUnits(codec, caps);
    units.begin(key);
    const { configuration } = units;
    return configuration && new VideoFormat(videoEntry(codec, caps, configuration), configuration, units);
  }

  /**
   * A picture as files hold it.
   * @param take where memory comes from
   */
  stored(payload: Uint8Array, take?: (length: number) => Buffer): Buffer {
    return this.#units.stored(payload, 0, take);
  }
}
