import type { MediaTime, UtcMicros } from '../core/time.js';

/** A picture, ready to be sent to any number of viewers. */
export interface LivePicture {
  /** Counts the pictures of a feed, from 1. */
  number: number;
  key: boolean;
  pts: MediaTime;
  /** As viewers get it, one and the same for all: the number, moof and mdat. */
  bytes: Buffer;
}

/** What viewers must know before the first picture of a stream. */
export interface LiveStream {
  /** `avc1.64001f` … */
  codec: string;
  width: number;
  height: number;
  /** When the picture with time 0 was taken. */
  utc: UtcMicros;
  /** ftyp and moov. */
  initialisation: Buffer;
}

export interface LiveFeedHandlers {
  /** Another stream begins: the first one, or the camera's has changed. */
  onStream(stream: LiveStream): void;
  onPicture(picture: LivePicture): void;
  /** The camera's pictures cannot be sent this way. */
  onUnsupported(mediaType: string): void;
  /** No pipeline reads the camera any more. */
  onClosed(): void;
}

/** A camera's video for any number of viewers. */
export interface LiveView {
  /** The camera's address, without credentials. */
  readonly camera: string;
  /** From now on the viewer gets the stream, its present GOP, and every further picture. The returned function ends that. */
  view(viewer: LiveFeedHandlers): () => void;
}
