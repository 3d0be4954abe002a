/** The same story told to the detector at several rates, each beginning with every picture that it may begin with. */
import { OfflineDetector } from '../../wasm/detector/offline.js';
import type { PlaneInput, SceneChange } from '../../wasm/types.js';
import type { Look, Thing } from './motion-planes.js';
import { PlaneScene } from './motion-planes.js';

/** Pictures a second of a made story. */
const FINEST = 30;

export interface Run {
  /** Pictures a second, and the first picture of the story that it has. */
  rate: number;
  phase: number;
  /** In seconds of the story: the pictures with motion, and how many pictures there were. */
  motion: number[];
  pictures: number;
  scene: (SceneChange & { t: number })[];
}

export type Story = (t: number) => { things?: Thing[]; look?: Look };

/** Judges one sequence of pictures in all ways in which one of so many of them can be taken. `steps`: rate and step. */
export function runsOf(
  pictures: Iterable<PlaneInput>,
  steps: readonly (readonly [rate: number, step: number])[],
): Run[] {
  const runs = steps.flatMap(([rate, step]) =>
    Array.from({ length: step }, (_, phase) => ({
      step,
      detector: new OfflineDetector({ sensitivity: 'medium' }),
      run: { rate, phase, motion: [], pictures: 0, scene: [] } as Run,
    })),
  );
  let n = 0;
  for (const picture of pictures) {
    for (const { step, detector, run } of runs) {
      if (n % step !== run.phase) continue;
      const { motion, scene } = detector.judge(picture);
      const t = picture.pts / 1e6;
      run.pictures++;
      if (motion) run.motion.push(t);
      for (const change of scene) run.scene.push({ ...change, t });
    }
    n++;
  }
  return runs.map(({ run }) => run);
}

function* told(story: Story, seconds: number): Generator<PlaneInput> {
  const scene = new PlaneScene({ width: 320, height: 180, chroma: false });
  for (let n = 0; n < seconds * FINEST; n++) {
    const { things, look } = story(n / FINEST);
    yield scene.picture(Math.round((n * 1e6) / FINEST), things, { seed: n, ...look });
  }
}

/** A made story at 5, 10, 15 and 30 pictures a second, in every phase: the first run is at 5. */
export const runsOfStory = (story: Story, seconds: number): Run[] =>
  runsOf(
    told(story, seconds),
    [5, 10, 15, 30].map((rate) => [rate, FINEST / rate] as const),
  );

/** The whole seconds in which there is motion. */
export const secondsOf = (run: Run): Set<number> => new Set(run.motion.map((t) => Math.floor(t + 1e-6)));

/** Seconds that `a` has and `b` does not, apart from those with which one of its runs begins or ends beside a second of `b`. */
export function missing(a: ReadonlySet<number>, b: ReadonlySet<number>): number[] {
  const edge = (s: number): boolean => !a.has(s - 1) || !a.has(s + 1);
  const beside = (s: number): boolean => b.has(s - 1) || b.has(s + 1);
  return [...a].filter((s) => !b.has(s) && !(edge(s) && beside(s)));
}
