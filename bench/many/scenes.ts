/** What the cameras see: a yard in which nothing moves, and the same yard with somebody who walks through it and back. */
import { drawFigure } from '../../engine/simulator/painting.js';
import { type Scene, sceneRenderer } from '../../engine/simulator/scenes.js';
import { encodeH264 } from '../common/h264-file.js';

/** Of every camera. */
export const STREAM = { width: 640, height: 360, fps: 25, gopSeconds: 2, bitsPerSecond: 800_000 } as const;

export const PICTURES_IN_GOP = STREAM.fps * STREAM.gopSeconds;

/** A walk there and one back. */
const WALK_SECONDS = 4;
const FIGURE_HEIGHT = 0.34;
/** Where the feet are when the figure is at the edge. */
const EDGE = 0.03;

/** Encoded in front of each recording and left out: an encoder begins otherwise than it goes on. Whole GOPs, an even number. */
const LEAD_SECONDS = 4;
/** How long a recording in which nothing moves is. An even number of GOPs, so that the ids of its keyframes alternate over its end. */
const QUIET_SECONDS = 12;
/** How long a camera plays a recording with movement. */
export const MOVING_SECONDS = 10;

export interface Recording {
  scene: Scene;
  seed: number;
  /** Seconds from its first picture between which something moves; undefined where nothing does. */
  moves?: Moves;
}

export interface Moves {
  begins: number;
  ends: number;
}

const yard = { noise: 2, light: () => 1 };

const quiet = (seed: number): Recording => {
  const period = LEAD_SECONDS + QUIET_SECONDS;
  return { scene: { ...yard, name: 'quiet', summary: 'nothing moves', period, motion: [], draw: () => {} }, seed };
};

/** @param begins seconds after the keyframe with which the recording begins: the next keyframe comes late after it, or soon */
const walk = (begins: number, seed: number): Recording => {
  const ends = begins + 2 * WALK_SECONDS;
  const even = seed % 2 === 0;
  const draw: Scene['draw'] = (picture, t) => {
    const since = t - LEAD_SECONDS - begins;
    if (since < 0 || since >= ends - begins) return;
    const away = Math.abs(1 - since / WALK_SECONDS);
    const x = -EDGE + (1 + 2 * EDGE) * (even ? 1 - away : away);
    drawFigure(picture, { x, y: 0.72, height: FIGURE_HEIGHT, tone: even ? 48 : 190, step: t * 2 });
  };
  const motion = [{ start: LEAD_SECONDS + begins, end: LEAD_SECONDS + ends }];
  const period = LEAD_SECONDS + MOVING_SECONDS;
  return {
    scene: { ...yard, name: 'walk', summary: 'there and back', period, motion, draw },
    seed,
    moves: { begins, ends },
  };
};

export const QUIET: readonly Recording[] = [quiet(1), quiet(2), quiet(3)];
/** The figure comes at all times between two keyframes. */
export const WALKS: readonly Recording[] = [walk(0.06, 4), walk(0.5, 5), walk(1, 6), walk(1.5, 7)];

/** Encodes it, and what leads up to it. @param file gets `LEAD_PICTURES`, and behind them the recording */
export const encode = async (file: string, { scene, seed }: Recording): Promise<void> => {
  const { width, height, fps, bitsPerSecond } = STREAM;
  await encodeH264(file, STREAM, pictures(), { distance: PICTURES_IN_GOP, rate: { bitsPerSecond } });

  function* pictures(): Generator<Uint8Array> {
    const render = sceneRenderer(scene, width, height, fps, seed);
    for (let index = 0; index < scene.period * fps; index++) yield Uint8Array.from(render(index));
  }
};

export const LEAD_PICTURES = LEAD_SECONDS * STREAM.fps;
