import type { DecoderFallback, IsolationChange, MediaLoss, SoundFault } from '../../bridge/index.js';
import type { RtspFailure } from '../../bridge/rtsp/types.js';
import type { MediaTime, Micros } from '../core/time.js';
import type { Discontinuity } from './media-clock.js';
import type { DecodingChange } from './overload/types.js';
import type { AccessUnit } from './types.js';

export interface SessionListener {
  /** Somebody watches: units are to come as soon as the camera has sent them, and not a tenth of a second later. */
  readonly watches?: boolean;
  /** A unit has entered the ring. */
  onUnit?(unit: AccessUnit): void;
  onEstablished?(sdp: string): void;
  onFailure?(failure: RtspFailure, wasStreaming: boolean, retryInMs: number): void;
  /** Something about time or data that people who watch the footage should know. */
  onNotice?(notice: SessionNotice): void;
  /** No pipeline reads the camera any more. Nothing follows. */
  onClosed?(): void;
}

export type SessionNotice =
  | { kind: 'discontinuity'; reason: Discontinuity; at: MediaTime }
  | { kind: 'wallClockStepped'; byMs: number }
  | { kind: 'ringTruncated'; bytes: number; keptMicros: Micros }
  | { kind: 'sound'; fault: SoundFault }
  /** Frames of sound were dropped, because their times are those of other sound, or far from those of the pictures. */
  | { kind: 'soundMisplaced'; count: number }
  /** Frames of sound were lost with the encoder that had them. */
  | { kind: 'soundLost'; count: number; micros: Micros; why: string }
  /** A part of the media did not arrive. */
  | { kind: 'loss'; loss: MediaLoss }
  /** Media arrives, but no keyframe that decoding or a file could start with. Sent once for each connection. */
  | { kind: 'noKeyframe'; micros: Micros }
  /** The camera's media kills the processes that handle it, so it has some of its own; or has them no longer. */
  | { kind: 'isolation'; change: IsolationChange }
  /** Its pictures are decoded by the processor, although there is hardware. */
  | { kind: 'decoderFellBack'; fallback: DecoderFallback }
  /** The machine is overloaded, and the camera is decoded less than asked; or as asked again. */
  | { kind: 'decoding'; change: DecodingChange };
