import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Box, Point } from '../../engine/spatial/geometry.js';

/** Public footage beside the project, with boxes drawn by people; tests that need it are skipped where it is missing. */
const FOOTAGE = fileURLToPath(new URL('../../../shared/footage', import.meta.url));

const CLIPS = {
  pets2009_vtest: { width: 768, height: 576, fps: 10 },
  tud_campus: { width: 640, height: 480, fps: 25 },
} as const;

export type BoxedClip = keyof typeof CLIPS;

const truthOf = (clip: BoxedClip): string => `${FOOTAGE}/${clip}/gt_mot15.txt`;

export const hasTruth = (clip: BoxedClip): boolean => existsSync(truthOf(clip));

export interface TrueBox {
  readonly sequenceId: string;
  readonly box: Box;
}

/** Who is where in each picture: those of the first, of the second, and so on. */
export const truePictures = (clip: BoxedClip): TrueBox[][] => {
  const { width, height } = CLIPS[clip];
  const pictures: TrueBox[][] = [];
  for (const line of readFileSync(truthOf(clip), 'utf8').trim().split('\n')) {
    const [frame = 0, id, x = 0, y = 0, w = 0, h = 0] = line.split(',').map(Number);
    for (let missing = pictures.length; missing < frame; missing++) pictures.push([]);
    const box = { l: x / width, t: y / height, w: w / width, h: h / height };
    pictures[frame - 1]!.push({ sequenceId: String(id), box });
  }
  return pictures;
};

export const fpsOf = (clip: BoxedClip): number => CLIPS[clip].fps;

/** The way of everybody's feet, a hundred points from picture to picture. */
export const denseWays = (pictures: readonly (readonly TrueBox[])[]): Map<string, Point[]> => {
  const ways = new Map<string, Point[]>();
  for (const { sequenceId, box } of pictures.flat()) {
    const way = ways.get(sequenceId) ?? [];
    ways.set(sequenceId, way);
    const to: Point = [box.l + box.w / 2, box.t + box.h];
    const from = way.at(-1) ?? to;
    for (let n = 1; n <= 100; n++)
      way.push([from[0] + ((to[0] - from[0]) * n) / 100, from[1] + ((to[1] - from[1]) * n) / 100]);
  }
  return ways;
};
