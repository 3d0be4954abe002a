import type { MotionCamera, MotionPool, MotionSettings, PlaneInput, SubmitOptions, Verdict } from '../../wasm/types.js';

type Handlers = Parameters<MotionPool['attach']>[1];

const STILL: Omit<Verdict, 'pts'> = {
  motion: false,
  score: 0,
  boxes: [],
  scene: [],
  insensitive: 0,
  changedCells: 0,
  detectMicros: 10,
  latencyMicros: 100,
};

/** A detector that sees what the test tells it to. */
export class FakeMotionCamera implements MotionCamera {
  readonly settings: MotionSettings;
  /** Times of the pictures it was given. */
  readonly seen: number[] = [];
  readonly stats = { frames: 0, replaced: 0 };
  /** What becomes of the next pictures. An error is thrown. */
  answer: 'taken' | 'replaced' | Error = 'taken';
  closed = false;
  /** Times that it went back. */
  rewinds = 0;
  #returnable = false;
  readonly #handlers: Handlers;

  constructor(settings: MotionSettings, handlers: Handlers) {
    this.settings = settings;
    this.#handlers = handlers;
  }

  submit(picture: PlaneInput, options: SubmitOptions = {}): 'taken' | 'replaced' {
    if (this.answer instanceof Error) throw this.answer;
    this.seen.push(picture.pts);
    if (options.returnable) this.#returnable = true;
    return this.answer;
  }

  rewind(): boolean {
    const could = this.#returnable;
    this.#returnable = false;
    if (could) this.rewinds++;
    return could;
  }

  verdict(pts: number, verdict: Partial<Verdict> = {}): void {
    this.#handlers.onVerdict({ ...STILL, ...verdict, pts });
  }

  fail(error: Error): void {
    this.#handlers.onError(error);
  }

  debugPicture(): undefined {}

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

/** Motion detection without kernels and threads. */
export class FakeMotionPool implements Pick<MotionPool, 'attach'> {
  readonly cameras: FakeMotionCamera[] = [];

  attach(settings: MotionSettings, handlers: Handlers): FakeMotionCamera {
    const camera = new FakeMotionCamera(settings, handlers);
    this.cameras.push(camera);
    return camera;
  }
}
