import { drawFigure, drawGlow, type Picture, paintBackground, paintNoise } from './painting.js';
import { drawStopSign } from './stop-sign.js';

interface Interval {
  start: number;
  end: number;
}

export interface Scene {
  name: string;
  summary: string;
  /** Seconds after which it repeats, seamlessly. */
  period: number;
  /** When something moves, in seconds of the period. Outside of these only noise and light change. */
  motion: readonly Interval[];
  /** Standard deviation of the sensor noise at mid-grey, in luma steps. */
  noise: number;
  /** Brightness of the still background, 1 = day. */
  light(t: number): number;
  /** Draws what moves at `t` seconds of the period. */
  draw(picture: Picture, t: number): void;
}

const still = () => {};
const day = () => 1;

/** 0..1 within the interval, undefined outside. */
const progress = (t: number, { start, end }: Interval): number | undefined =>
  t >= start && t < end ? (t - start) / (end - start) : undefined;

const walkAcross =
  (crossings: readonly (Interval & { towards: 'right' | 'left'; tone: number })[], height: number) =>
  (picture: Picture, t: number): void => {
    for (const crossing of crossings) {
      const share = progress(t, crossing);
      if (share === undefined) continue;
      const across = crossing.towards === 'right' ? share : 1 - share;
      // From just outside one edge to just outside the other.
      drawFigure(picture, { x: -0.06 + 1.12 * across, y: 0.72, height, tone: crossing.tone, step: t * 2 });
    }
  };

const DAY_WALKS = [
  { start: 8, end: 12, towards: 'right', tone: 48 },
  { start: 20, end: 24, towards: 'left', tone: 190 },
] as const;
/** So rare that a gate which waits for 10 s of quiet closes in between: each walk is an event of its own. */
const YARD_WALKS = [{ start: 4, end: 8, towards: 'right', tone: 48 }] as const;
const NIGHT_WALKS = [{ start: 10, end: 14, towards: 'right', tone: 62 }] as const;

/**
 * Five people who walk all the time; each crosses an integer number of times per period, so that the loop is seamless.
 */
const crowd = (picture: Picture, t: number): void => {
  for (let walker = 0; walker < 5; walker++) {
    const turns = 1 + (walker % 3);
    const phase = (walker * 0.37 + (t / 12) * turns) % 1;
    const across = walker % 2 === 0 ? phase : 1 - phase;
    const depth = 0.62 + 0.07 * walker;
    drawFigure(picture, {
      x: -0.06 + 1.12 * across,
      y: depth,
      height: 0.2 + 0.05 * walker,
      tone: 40 + walker * 42,
      step: t * 2,
    });
  }
};

const smooth = (x: number): number => {
  const within = Math.min(1, Math.max(0, x));
  return within * within * (3 - 2 * within);
};

/** Exposure step +25 % from 4 to 8 s within 0.2 s each way; a cloud from 10 to 18 s dims it by up to 40 %. */
const changingLight = (t: number): number => {
  const step = smooth((t - 4) / 0.2) - smooth((t - 8) / 0.2);
  const cloud = t > 10 && t < 18 ? (1 - Math.cos(((t - 10) / 8) * 2 * Math.PI)) / 2 : 0;
  return 1 + 0.25 * step - 0.4 * cloud;
};

export const SCENES = [
  {
    name: 'quiet',
    summary: 'a still picture with sensor noise',
    period: 12,
    motion: [],
    noise: 2,
    light: day,
    draw: still,
  },
  {
    name: 'motion',
    summary: 'a figure crosses from 8 to 12 s and back from 20 to 24 s of every 24 s',
    period: 24,
    motion: DAY_WALKS.map(({ start, end }) => ({ start, end })),
    noise: 2,
    light: day,
    draw: walkAcross(DAY_WALKS, 0.34),
  },
  {
    name: 'yard',
    summary: 'a figure crosses from 4 to 8 s of every 24 s; a clip for each time, where a gate waits for 10 s of quiet',
    period: 24,
    motion: YARD_WALKS.map(({ start, end }) => ({ start, end })),
    noise: 2,
    light: day,
    draw: walkAcross(YARD_WALKS, 0.34),
  },
  {
    name: 'busy',
    summary: 'five figures, always',
    period: 12,
    motion: [{ start: 0, end: 12 }],
    noise: 2,
    light: day,
    draw: crowd,
  },
  {
    name: 'night',
    summary: 'dark and noisy; a faint figure crosses from 10 to 14 s of every 20 s',
    period: 20,
    motion: NIGHT_WALKS.map(({ start, end }) => ({ start, end })),
    noise: 6,
    light: () => 0.22,
    draw: walkAcross(NIGHT_WALKS, 0.34),
  },
  {
    name: 'light',
    summary: 'nothing moves: an exposure step from 4 to 8 s, a cloud from 10 to 18 s of every 20 s',
    period: 20,
    motion: [],
    noise: 2,
    light: changingLight,
    draw: still,
  },
  {
    name: 'headlights',
    summary: 'night; nothing but the glow of passing headlights from 9 to 10.5 s of every 15 s',
    period: 15,
    motion: [],
    noise: 6,
    light: () => 0.22,
    draw: (picture, t) => {
      const share = progress(t, { start: 9, end: 10.5 });
      if (share !== undefined) drawGlow(picture, { x: -0.2 + 1.4 * share, y: 0.55, radius: 0.2, gain: 60 });
    },
  },
  {
    name: 'sign',
    summary: 'a stop sign is held up from 8 to 14 s of every 20 s: something that detectors of objects know',
    period: 20,
    motion: [{ start: 8, end: 14 }],
    noise: 2,
    light: day,
    draw: (picture, t) => {
      if (t < 8 || t >= 14) return;
      const raised = smooth(t - 8) - smooth(t - 13);
      drawStopSign(picture, { x: 0.5 + 0.01 * Math.sin(3 * t), y: 1.25 - 0.85 * raised, radius: 0.2 });
    },
  },
] as const satisfies readonly Scene[];

export const sceneNamed = (name: string): Scene | undefined => SCENES.find((scene) => scene.name === name);

/**
 * Renders frame after frame of a scene, the same for the same arguments. The returned I420 buffer is overwritten by the
 * next call.
 */
export const sceneRenderer = (scene: Scene, width: number, height: number, fps: number, seed = 1) => {
  const background = paintBackground(width, height);
  const picture: Picture = { width, height, data: new Uint8Array(background.length) };
  const noise = paintNoise(scene.noise, seed);
  return (index: number): Uint8Array => {
    const t = (index / fps) % scene.period;
    const light = scene.light(t);
    const luma = width * height;
    for (let i = 0; i < luma; i++) picture.data[i] = Math.min(235, 16 + (background[i]! - 16) * light);
    // Colour fades with the light, as it does in a camera.
    const colour = Math.min(1, light);
    for (let i = luma; i < background.length; i++) picture.data[i] = 128 + (background[i]! - 128) * colour;
    scene.draw(picture, t);
    noise(picture);
    return picture.data;
  };
};
