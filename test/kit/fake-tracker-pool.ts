import type {
  Detection,
  PlaneInput,
  TrackedObject,
  TrackerCamera,
  TrackerHandlers,
  TrackerPool,
  TrackerSettings,
} from '../../wasm/types.js';

interface Submitted {
  pts: number;
  detections: readonly Detection[] | null;
}

/** A tracker that follows what the test tells it to. */
export class FakeTracker implements TrackerCamera {
  readonly submitted: Submitted[] = [];
  readonly stats = { frames: 0, replaced: 0 };
  /** What becomes of the next pictures. An error is thrown. */
  answer: 'taken' | 'replaced' | Error = 'taken';
  closed = false;

  constructor(
    readonly settings: TrackerSettings,
    readonly handlers: TrackerHandlers,
  ) {}

  submit({ pts }: PlaneInput, detections: readonly Detection[] | null): 'taken' | 'replaced' {
    if (this.answer instanceof Error) throw this.answer;
    this.submitted.push({ pts, detections });
    return this.answer;
  }

  /** The result of the picture of this time. */
  tracks(pts: number, objects: readonly Partial<TrackedObject>[], ended: number[] = []): void {
    const asked = this.submitted.find((each) => each.pts === pts)?.detections != null;
    const box = { l: 0, t: 0, w: 0.1, h: 0.1 };
    const unmoved = {
      box,
      kind: 0,
      score: 0.9,
      detection: -1,
      ageMicros: 0,
      unseenMicros: 0,
      velocity: { x: 0, y: 0 },
    };
    this.handlers.onTracks({
      ...{ pts, asked, ended, trackMicros: 10, latencyMicros: 100 },
      objects: objects.map((each, index) => ({ id: index + 1, ...unmoved, ...each })),
    });
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

export class FakeTrackerPool implements TrackerPool {
  readonly trackers: FakeTracker[] = [];

  attachTracker(settings: TrackerSettings, handlers: TrackerHandlers): TrackerCamera {
    const tracker = new FakeTracker(settings, handlers);
    this.trackers.push(tracker);
    return tracker;
  }
}
