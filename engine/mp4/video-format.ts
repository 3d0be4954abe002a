import { codecOf } from '../../bridge/filters/caps.js';
import type { StreamCaps } from '../../bridge/types.js';
import { jpegEntry, videoEntry } from './sample-entry.js';
import { StoredUnits } from './stored-units.js';

/** How a camera's pictures are stored in MP4. */
export interface VideoFormat {
  /** How they are to be decoded. */
  readonly entry: Buffer;
  /** The content of `avcC` or `hvcC`; empty for JPEGs. */
  readonly configuration: Buffer;
  /**
   * A picture as files hold it.
   * @param take where memory comes from
   */
  stored(payload: Uint8Array, take?: (length: number) => Buffer): Buffer;
}

/** @param key a picture with the parameter sets in front of it; undefined if they are missing or damaged, or the codec has no place in MP4 */
export const videoFormat = (caps: StreamCaps, key: Uint8Array): VideoFormat | undefined => {
  const codec = codecOf(caps.mediaType);
  if (codec === undefined) return undefined;
  if (codec === 'mjpeg') return { entry: jpegEntry(caps), configuration: Buffer.alloc(0), stored: copied };
  const units = StoredUnits.of(codec, key);
  if (!units) return undefined;
  const { configuration } = units;
  return {
    entry: videoEntry(codec, caps, configuration),
    configuration,
    stored: (payload, take) => units.stored(payload, take),
  };
};

const copied: VideoFormat['stored'] = (payload, take = Buffer.allocUnsafe) => {
  const bytes = take(payload.length);
  bytes.set(payload);
  return bytes;
};
