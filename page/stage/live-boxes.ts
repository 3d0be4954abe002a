import { pipelineOf, shortType } from '../api/events.js';
import { boxesOf, type SeenBox } from '../media/boxes.js';
import { events } from '../state/app-state.js';

/** What a detector saw holds until its next verdict would be there. */
const HOLDS_MS = 700;

/** What the detectors see now, by live pipeline. */
export class LiveBoxes {
  readonly #seen = new Map<string, { until: number; boxes: SeenBox[] }>();
  readonly #onChange: () => void;
  #end: (() => void) | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  start(): void {
    this.#end ??= events.subscribe((event) => {
      const pipeline = pipelineOf(event);
      if (pipeline === undefined || shortType(event) !== 'Analytics.Inference') return;
      const boxes = boxesOf(event.data['inferences']);
      if (boxes.length === 0) return;
      this.#seen.set(pipeline, { until: Date.now() + HOLDS_MS, boxes });
      this.#onChange();
      setTimeout(this.#onChange, HOLDS_MS + 20);
    });
  }

  stop(): void {
    this.#end?.();
    this.#end = undefined;
  }

  of(pipelines: readonly string[]): SeenBox[] {
    const now = Date.now();
    return pipelines.flatMap((name) => {
      const seen = this.#seen.get(name);
      return seen && seen.until > now ? seen.boxes : [];
    });
  }
}
