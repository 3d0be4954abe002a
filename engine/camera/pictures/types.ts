import type { Picture, PictureFormat } from '../../../bridge/types.js';
import type { DecodePolicy } from '../../core/decode-policy.js';
import type { DropCause } from '../../metrics/metrics.js';

/** What a consumer wants of a camera's pictures. */
export interface PictureRequest {
  /** Width in pixels; the height follows from the stream's aspect ratio, with square pixels. Even numbers. */
  width: number;
  format: PictureFormat;
  /** How many pictures are enough. `fps:N` never gives more; the other two give whatever is decoded for all consumers. */
  policy: DecodePolicy;
}

export interface PictureHandlers {
  /** A decoded picture. Its bytes are valid during the call only: whoever keeps them copies them. */
  onPicture(picture: Picture): void;
  /**
   * Units flow, and nothing comes of them for longer than the policy explains. Told with the cause when it begins, and
   * with null when it is over. A consumer with this handler calls `judged` for each picture that it has dealt with.
   */
  onBlind?(cause: string | null): void;
}

/** A consumer's hold on the pictures. */
export interface PictureFeed {
  /** A picture has been dealt with: it is counted, and the consumer is not blind. */
  judged(): void;
  /** A picture could not be dealt with. It is counted by cause; `why` is told should the consumer turn out to be blind. */
  missed(cause: DropCause, why: string): void;
  /** No further picture comes once this returns. */
  close(): void;
}
