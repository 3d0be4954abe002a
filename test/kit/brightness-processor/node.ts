import type { Picture } from '../../../bridge/index.js';
import type { PictureFeed } from '../../../engine/camera/pictures/types.js';
import type { MediaTime } from '../../../engine/core/time.js';
import type { EventIntake, NodeLinks } from '../../../engine/nodes/links.js';
import type { NodeContext } from '../../../engine/nodes/node-context.js';
import type { RunningNode } from '../../../engine/nodes/node-type.js';
import type { BrightnessSettings } from './settings.js';

/** Judges a small picture, and keeps the size of a large one that it could show to somebody. */
export class BrightnessNode implements RunningNode {
  readonly events: EventIntake = {
    take: () => {
      this.#messages++;
    },
  };
  readonly #settings: BrightnessSettings;
  readonly #context: NodeContext;
  readonly #links: NodeLinks;
  readonly #feeds: PictureFeed[] = [];
  #bright: boolean | undefined;
  #messages = 0;
  #large: Pick<Picture, 'width' | 'height' | 'format'> | undefined;

  constructor(settings: BrightnessSettings, context: NodeContext, links: NodeLinks) {
    this.#settings = settings;
    this.#context = context;
    this.#links = links;
  }

  start(): void {
    const policy = { kind: 'fps', fps: 5 } as const;
    for (const port of this.#links.pictures) {
      const small = port.open({ width: 64, format: 'i420', policy }, { onPicture: (picture) => this.#judge(picture) });
      const large = port.open(
        { width: 160, format: 'rgb', policy },
        {
          onPicture: ({ width, height, format }) => {
            this.#large = { width, height, format };
          },
        },
      );
      this.#feeds.push(small, large);
    }
  }

  async stop(): Promise<void> {
    for (const feed of this.#feeds.splice(0)) feed.close();
  }

  #judge(picture: Picture): void {
    const mean = meanLuma(picture);
    const bright = mean >= this.#settings.threshold;
    // The first picture is judged once the other size has come too.
    if (this.#large === undefined || bright === this.#bright) return;
    this.#bright = bright;
    const at = picture.pts as MediaTime;
    const [camera] = this.#links.pictures;
    this.#links.events.emit({
      kind: 'inference',
      at,
      eventType: 'Example.Analytics.BrightnessChanged',
      eventTime: camera?.toUtc(at) ?? this.#context.clock.utc(),
      data: {
        state: bright ? 'bright' : 'dark',
        mean,
        messages: this.#messages,
        judged: { width: picture.width, height: picture.height, format: picture.format },
        large: this.#large,
      },
    });
  }
}

const meanLuma = ({ width, height, strides: [stride], offsets: [offset], data }: Picture): number => {
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) sum += data[offset + y * stride + x]!;
  }
  return sum / (255 * width * height);
};
