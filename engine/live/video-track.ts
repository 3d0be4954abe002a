import type { NalCodec, StreamCaps } from '../../bridge/types.js';
import { codecName } from '../mp4/codec-names.js';
import { FTYP, fragmentedMoov, fragmentHead } from '../mp4/fragmented-movie.js';
import { shownSize } from '../mp4/sample-entry.js';
import { type VideoFormat, videoFormat } from '../mp4/video-format.js';

/** A picture on its way to a player. Times in ticks. */
export interface TrackPicture {
  sequence: number;
  dts: number;
  pts: number;
  duration: number;
  key: boolean;
  /** As `VideoTrack.stored` gives it. */
  bytes: Uint8Array;
}

/** A camera's video as a fragmented MP4 of one picture a fragment, so that nothing waits for the next. */
export class VideoTrack {
  /** `ftyp moov`. */
  readonly initialisation: Buffer;
  /** As RFC 6381 names it. */
  readonly codec: string;
  readonly #format: VideoFormat;

  private constructor(initialisation: Buffer, codec: string, format: VideoFormat) {
    this.initialisation = initialisation;
    this.codec = codec;
    this.#format = format;
  }

  /** @param key a picture with the parameter sets in front of it; undefined if they are missing or damaged */
  static of(codec: NalCodec, caps: StreamCaps, key: Uint8Array): VideoTrack | undefined {
    const format = videoFormat(caps, key);
    if (!format) return undefined;
    const track = { kind: 'video', entry: format.entry, ...shownSize(caps) } as const;
    const initialisation = Buffer.concat([FTYP, fragmentedMoov([track])]);
    return new VideoTrack(initialisation, codecName(codec, format.configuration), format);
  }

  /** A picture as the fragments hold it. */
  stored(payload: Uint8Array): Buffer {
    return this.#format.stored(payload);
  }
}

/** One picture: `moof mdat`. */
export const pictureFragment = ({ sequence, dts, pts, duration, key, bytes }: TrackPicture): Buffer[] => [
  fragmentHead({ sequence, track: 1, time: dts }, [
    { ticks: duration, size: bytes.length, key, composition: pts - dts },
  ]),
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
];
