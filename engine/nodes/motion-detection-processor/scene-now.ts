import type { SceneChange, Verdict } from '../../../wasm/types.js';
import type { Known } from '../../core/scene.js';
import { type Micros, seconds } from '../../core/time.js';

/** Something that stops for a moment still moves. In media time, so that it does not depend on how fast pictures are judged. */
const LASTS: Micros = seconds(5);

/** Scene changes that somebody may have brought about to blind the camera, and that end. */
const TAMPERING: ReadonlySet<SceneChange['kind']> = new Set(['tampered', 'frozen']);

/** What a detector's verdicts say of the scene as it is now. */
export class SceneNow {
  #judged: number | undefined;
  #moved: number | undefined;
  readonly #held = new Set<SceneChange['kind']>();

  /** Takes every verdict, in order of media time. */
  add({ pts, motion, scene }: Pick<Verdict, 'pts' | 'motion' | 'scene'>): void {
    this.#judged = pts;
    if (motion) this.#moved = pts;
    for (const { kind, began } of scene) {
      if (began) this.#held.add(kind);
      else this.#held.delete(kind);
    }
  }

  get motion(): Known {
    if (this.#judged === undefined) return 'unknown';
    return this.#moved !== undefined && this.#judged - this.#moved < LASTS;
  }

  get tampered(): Known {
    if (this.#judged === undefined) return 'unknown';
    return [...this.#held].some((kind) => TAMPERING.has(kind));
  }
}
