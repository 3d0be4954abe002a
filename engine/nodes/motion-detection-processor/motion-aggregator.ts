import type { Box, Verdict } from '../../../wasm/types.js';
import type { MediaTime, Micros } from '../../core/time.js';

/** Motion in one frame or several, which becomes one Inference event. */
export interface AggregatedMotion {
  /** Media time of the last frame with motion: what the gate's timers count from. */
  at: MediaTime;
  boxes: Box[];
  /** The highest score of the frames. */
  score: number;
  frames: number;
  why: Record<string, unknown> | undefined;
}

/**
 * Implements `eventAggregationWindow`. The first frame with motion is emitted at once, so that aggregation neither
 * delays an event nor cuts off the beginning of a clip. Frames after it are gathered and emitted once per window, for
 * as long as there is motion. Windows are counted in media time, so the result does not depend on how fast frames are
 * judged.
 */
export class MotionAggregator {
  readonly #window: Micros;
  readonly #emit: (motion: AggregatedMotion) => void;
  #windowEnd: number | null = null;
  #gathered: AggregatedMotion | null = null;

  /** @param window µs; 0 emits every frame with motion. */
  constructor(window: Micros, emit: (motion: AggregatedMotion) => void) {
    this.#window = window;
    this.#emit = emit;
  }

  /** Takes every verdict, with and without motion, in order of media time. */
  add(verdict: Verdict): void {
    const at = verdict.pts as MediaTime;
    if (this.#windowEnd !== null && at >= this.#windowEnd) {
      const continues = this.#gathered !== null;
      this.flush();
      // If the motion continues, the next window begins at once, with this frame in it.
      this.#windowEnd = continues ? at + this.#window : null;
    }
    if (!verdict.motion) return;
    if (this.#windowEnd === null) {
      this.#windowEnd = this.#window > 0 ? at + this.#window : null;
      this.#emit({ at, boxes: verdict.boxes, score: verdict.score, frames: 1, why: verdict.why });
      return;
    }
    this.#gather(at, verdict);
  }

  /** Emits what has been gathered. For when the stream ends or the pipeline stops. */
  flush(): void {
    const gathered = this.#gathered;
    this.#gathered = null;
    this.#windowEnd = null;
    if (gathered) this.#emit(gathered);
  }

  #gather(at: MediaTime, verdict: Verdict): void {
    const so = this.#gathered;
    this.#gathered = {
      at,
      boxes: so ? mergeBoxes([...so.boxes, ...verdict.boxes]) : verdict.boxes,
      score: Math.max(so?.score ?? 0, verdict.score),
      frames: (so?.frames ?? 0) + 1,
      why: verdict.why ?? so?.why,
    };
  }
}

/** Unites boxes that overlap, until none do. There are few boxes, so that quadratic time does not matter. */
export function mergeBoxes(boxes: readonly Box[]): Box[] {
  const merged: Box[] = [];
  for (const box of boxes) {
    let grown = box;
    for (;;) {
      const hit = merged.findIndex((other) => overlap(other, grown));
      if (hit < 0) break;
      const [other] = merged.splice(hit, 1);
      if (other) grown = union(other, grown);
    }
    merged.push(grown);
  }
  return merged;
}

const overlap = (a: Box, b: Box): boolean => a.l < b.l + b.w && b.l < a.l + a.w && a.t < b.t + b.h && b.t < a.t + a.h;

function union(a: Box, b: Box): Box {
  const l = Math.min(a.l, b.l);
  const t = Math.min(a.t, b.t);
  return { l, t, w: Math.max(a.l + a.w, b.l + b.w) - l, h: Math.max(a.t + a.h, b.t + b.h) - t };
}
