import type { Bridge, Picture, PictureSpec, StreamCaps } from '../../../bridge/types.js';
import type { Clock } from '../../core/clock.js';
import type { DecodePolicy } from '../../core/decode-policy.js';
import type { Logger } from '../../core/log.js';
import type { MediaTime, Micros } from '../../core/time.js';
import type { CameraMetrics, DropCause, EngineMetrics } from '../../metrics/metrics.js';
import type { GopRing } from '../gop-ring.js';
import type { AccessUnit } from '../types.js';
import type { FirstLookDeps } from './first-look.js';

/** What a camera's pictures stand on. */
export interface PicturesDeps extends FirstLookDeps {
  bridge: Pick<Bridge, 'decode'>;
  clock: Clock;
  log: Logger;
  ring: GopRing;
  /** The camera's name for the bridge. */
  owner: string;
  /** What is in a picture may be found so much later than it comes. */
  onLate(most: Micros): void;
  /** Caps of the video track in an epoch. */
  capsOf(epoch: number): StreamCaps | undefined;
  /** µs without a judged picture, beyond what the policy explains, after which a consumer is blind. */
  blindAfter: Micros;
  metrics: CameraMetrics;
  timings: Pick<EngineMetrics, 'decodeSeconds'>;
}

/** What a consumer wants of a camera's pictures. */
export interface PictureRequest extends PictureSpec {
  /**
   * How many pictures the consumer needs. With `fps:N` and `adaptive` it never gets more; with the other policies it gets every
   * picture that is decoded, for any consumer.
   */
  readonly policy: DecodePolicy;
}

export interface PictureHandlers {
  /** A decoded picture. Its bytes are valid during the call only; copy them to keep them. */
  onPicture(picture: Picture): void;
  /**
   * A picture was decoded that this consumer does not get, because it would be one too many. Called with its media time, in
   * order with `onPicture`.
   */
  onSkipped?(pts: number): void;
  /**
   * Pictures after this media time come again, or for the first time: the consumer forgets the last that it was given while `leadsBack`
   * held, those after it, and what it has found in it. With this handler it must call `judged` with what it has seen, for each picture.
   * @returns false: it cannot, and goes on from where it is.
   */
  onRewind?(to: MediaTime): boolean;
  /**
   * Units arrive, but no picture has been judged for longer than the policy explains. Called with the cause when that
   * begins, and with null when it ends. A consumer with this handler must call `judged` for each picture that it has
   * processed.
   */
  onBlind?(cause: string | null): void;
}

/** Somebody who takes pictures of keyframes that are decoded for others, and for whom alone nothing is decoded. */
export interface Bystander {
  /** Pixels. The picture is the smallest that is no narrower; if all are narrower, the widest. */
  readonly width: number;
  /** Whether the picture of this keyframe is wanted. Asked when it is about to be decoded. */
  wants(key: AccessUnit): boolean;
  /** The picture of such a keyframe. Its bytes are valid during the call only. */
  onPicture(picture: Picture, key: AccessUnit): void;
}

/** What a consumer has seen in a picture. */
export interface Look {
  /** Media time of the picture. */
  readonly pts: number;
  /** Something may not be as it was: a sign too weak to decode more for. */
  readonly slightly: boolean;
  /** Something is not as it was, be it ever so little. */
  readonly differs: boolean;
  /** Something moves, or may. */
  readonly moves: boolean;
  /**
   * Something moves for certain, and until this media time nobody needs to know more than when it has stopped. Absent: each picture
   * counts.
   */
  readonly coversUntil?: MediaTime | undefined;
}

/** A consumer's side of the pictures that it gets. */
export interface PictureFeed {
  /**
   * A picture has been processed: it is counted, and the consumer is not blind.
   * @returns true: the picture comes again, after those before it that were not decoded. Nothing of it is to be told now.
   */
  judged(look?: Look): boolean;
  /** `onRewind` may lead back to before the picture that comes next. */
  readonly leadsBack: boolean;
  /** The picture was not decoded at its time, and comes faster after the one before it than it was taken. It is not to be left out. */
  isOfThePast(pts: MediaTime): boolean;
  /** Pictures after this media time are for the consumer again. For those who depend on another's `onRewind`. */
  rewind(to: MediaTime): void;
  /** How far behind the newest unit the consumer's judgement is by intention, in µs. */
  lag(): Micros;
  /** A picture could not be processed. It is counted by cause, and `why` is reported if the consumer becomes blind. */
  missed(cause: DropCause, why: string): void;
  /** No picture comes after this returns. */
  close(): void;
}
