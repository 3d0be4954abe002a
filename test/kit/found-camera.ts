import type { Picture } from '../../bridge/index.js';
import type { PictureFeed, PictureRequest } from '../../engine/camera/pictures/types.js';
import type { UtcMicros } from '../../engine/core/time.js';
import type { Inference } from '../../engine/inference/types.js';
import type { FoundPictureHandlers, PicturePort } from '../../engine/nodes/links.js';

/** A port of pictures that come as a test says, to all who have opened it. */
export class FoundCamera implements PicturePort {
  readonly opened: Array<{ request: PictureRequest; handlers: FoundPictureHandlers }> = [];
  filters = false;
  judged = 0;
  readonly missed: string[] = [];
  readonly rewound: number[] = [];
  closed = 0;
  /** The decoder's own bytes, which it uses again. */
  #data = new Uint8Array(1);

  open(request: PictureRequest, handlers: FoundPictureHandlers): PictureFeed {
    const entry = { request, handlers };
    this.opened.push(entry);
    return {
      judged: () => {
        this.judged++;
        return false;
      },
      missed: (cause) => void this.missed.push(cause),
      leadsBack: false,
      isOfThePast: () => false,
      rewind: (to) => void this.rewound.push(to),
      lag: () => 0,
      close: () => {
        this.closed += 1;
        this.opened.splice(this.opened.indexOf(entry), 1);
      },
    };
  }

  toUtc = (at: number): UtcMicros => (at + 1_000) as UtcMicros;

  /** Pictures of `bytes` bytes that all have the value of their time. */
  show(times: readonly number[], { to = this.opened, inferences = [] as readonly Inference[], bytes = 1 } = {}): void {
    if (this.#data.length !== bytes) this.#data = new Uint8Array(bytes);
    for (const pts of times) {
      this.#data.fill(pts);
      for (const { handlers } of [...to]) handlers.onPicture(pictureAt(pts, this.#data), { inferences, asked: false });
    }
  }

  skip(...times: number[]): void {
    for (const pts of times) for (const { handlers } of this.opened) handlers.onSkipped?.(pts);
  }
}

/** 16:9 in a square, with borders. */
const pictureAt = (pts: number, data: Uint8Array): Picture => ({
  ...{ pts, width: 160, height: 160, format: 'jpeg', strides: [0, 0, 0], offsets: [0, 0, 0], caps: '' },
  ...{ content: { left: 0, top: 35, width: 160, height: 90 }, data },
});
