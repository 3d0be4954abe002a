import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ArchiveSource, LoadedPiece } from '../../../page/media/archive-source.js';
import { PictureStepper } from '../../../page/media/picture-stepper.js';
import type { Piece } from '../../../page/media/playlist.js';

const PICTURE = 40;
/** Of pictures in a piece, which begins with a keyframe. */
const PIECE = 100;

/** Every picture that a decoder was given, in ms. */
const decoded: number[] = [];

class FakeChunk {
  readonly timestamp: number;
  constructor({ timestamp }: { timestamp: number }) {
    this.timestamp = timestamp;
  }
}

class FakeDecoder {
  state = 'configured';
  readonly #output: (picture: unknown) => void;
  constructor({ output }: { output(picture: unknown): void }) {
    this.#output = output;
  }
  configure(): void {}
  decode({ timestamp }: FakeChunk): void {
    decoded.push(timestamp / 1000);
    this.#output({ timestamp, close: () => {} });
  }
  flush(): Promise<void> {
    return Promise.resolve();
  }
  close(): void {
    this.state = 'closed';
  }
}

const pieceOf = (index: number): Piece => ({
  start: index * PIECE * PICTURE,
  end: (index + 1) * PIECE * PICTURE,
  uri: `${index}`,
  header: 'header',
});

const loadedOf = (piece: Piece): LoadedPiece => ({
  piece,
  bytes: new Uint8Array(PIECE),
  header: new Uint8Array(),
  track: { codec: 'avc1', width: 1920, height: 1080, timescale: 1000, configuration: new Uint8Array() },
  media: {
    samples: Array.from({ length: PIECE }, (_, index) => ({
      ...{ time: piece.start + index * PICTURE, duration: PICTURE, key: index === 0 },
      ...{ from: index, to: index + 1 },
    })),
    events: [],
  },
});

/** Three pieces; those that are in `slow` never come. */
const sourceOf = (slow: readonly string[] = []): ArchiveSource =>
  ({
    pieces: (_: string, from: number, to: number) =>
      [0, 1, 2].map(pieceOf).filter(({ start, end }) => end > from && start < to),
    load: (piece: Piece) => (slow.includes(piece.uri) ? new Promise(() => {}) : Promise.resolve(loadedOf(piece))),
  }) as unknown as ArchiveSource;

const at = (picture: number): number => picture * PICTURE;

describe('steps from picture to picture', () => {
  beforeEach(() => {
    decoded.length = 0;
    vi.stubGlobal('VideoDecoder', FakeDecoder);
    vi.stubGlobal('EncodedVideoChunk', FakeChunk);
  });

  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('wait for no other piece than the one that they stay in', async () => {
    const stepper = new PictureStepper(sourceOf(['0', '2']));
    expect(await stepper.timeOf(at(150), 1)).toBe(at(151));
    expect(await stepper.timeOf(at(150), -1)).toBe(at(149));
  });

  it('go over the borders of pieces', async () => {
    const stepper = new PictureStepper(sourceOf());
    expect(await stepper.timeOf(at(99), 1)).toBe(at(100));
    expect(await stepper.timeOf(at(100), -1)).toBe(at(99));
    expect(await stepper.timeOf(at(98), 5)).toBe(at(103));
    expect(await stepper.timeOf(at(299), 1)).toBeUndefined();
  });

  it('find the pictures right beside decoded where the hand has rested', async () => {
    const stepper = new PictureStepper(sourceOf());
    await stepper.warm(at(150));
    const before = decoded.length;
    for (const direction of [1, -1] as const) {
      for (let steps = 1; steps <= 5; steps++) {
        const time = at(150 + direction * steps);
        expect(await stepper.picture(time, direction)).toMatchObject({ timestamp: time * 1000 });
      }
    }
    expect(decoded.length).toBe(before);
  });

  it('are no longer decoded ahead when it is told to rest, and again when they are wanted', async () => {
    /** Is done when it is closed. */
    class SlowDecoder extends FakeDecoder {
      #end: (() => void) | undefined;
      override flush(): Promise<void> {
        return new Promise((_, reject) => {
          this.#end = () => reject(new Error('closed'));
        });
      }
      override close(): void {
        super.close();
        this.#end?.();
      }
    }
    vi.stubGlobal('VideoDecoder', SlowDecoder);
    const stepper = new PictureStepper(sourceOf());
    const warming = stepper.warm(at(150));
    await vi.waitFor(() => expect(decoded).toContain(at(151)), 60_000);
    const before = decoded.length;
    stepper.rest();
    await warming;
    // The other direction was not begun.
    expect(decoded.length).toBe(before);
    vi.stubGlobal('VideoDecoder', FakeDecoder);
    expect(await stepper.picture(at(120), -1)).toMatchObject({ timestamp: at(120) * 1000 });
  });
});
