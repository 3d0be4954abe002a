/** Clips with a labelled box for every object of every frame. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlaneInput } from '../../wasm/types.js';
import { type Clip, findClips, type Pictures, picturesOf, planes } from '../accuracy/clips.js';
import type { Labelled } from './boxes.js';

export interface TrackingClip {
  name: string;
  fps: number;
  frames: number;
  /** Of each frame. */
  truth: Labelled[][];
  /** Pictures of this width, made when first asked for. */
  scaled(width: number): ScaledClip;
}

export interface ScaledClip {
  path: string;
  width: number;
  height: number;
  planes: PlaneInput[];
}

export function findTrackingClips(root: string): TrackingClip[] {
  if (!existsSync(root)) return [];
  return findClips(root)
    .filter(({ folder }) => existsSync(join(folder, 'gt_mot15.txt')))
    .map(trackingClip);
}

function trackingClip(clip: Clip): TrackingClip {
  const truth = labels(readFileSync(join(clip.folder, 'gt_mot15.txt'), 'utf8'), clip.sourceWidth, clip.sourceHeight);
  const known = new Map<number, ScaledClip>();
  const scaled = (width: number): ScaledClip => {
    const before = known.get(width);
    if (before !== undefined) return before;
    const sized = { ...clip, width, height: 2 * Math.round((width * clip.sourceHeight) / clip.sourceWidth / 2) };
    const pictures: Pictures = picturesOf(sized);
    const all = Array.from({ length: pictures.frames }, (_, i) => i);
    const copies = Array.from(
      planes(sized, pictures, all),
      (plane): PlaneInput => ({ ...plane, data: plane.data.slice() }),
    );
    const made = {
      path: pictures.path,
      width: sized.width,
      height: sized.height,
      planes: copies,
    };
    known.set(width, made);
    return made;
  };
  const frames = Math.min(truth.length, picturesOf(clip).frames);
  return { name: clip.name, fps: clip.fps, frames, truth: truth.slice(0, frames), scaled };
}

/** Lines of MOT's format: frame from 1, id, left, top, width, height in pixels, 0 if it does not count. */
export function labels(text: string, width: number, height: number): Labelled[][] {
  const frames: Labelled[][] = [];
  for (const line of text.trim().split('\n')) {
    const [frame, id, l, t, w, h, counts] = line.split(',').map(Number) as [number, ...number[]];
    while (frames.length < frame) frames.push([]);
    if (counts === 0) continue;
    const box = { l: l! / width, t: t! / height, w: w! / width, h: h! / height };
    frames[frame - 1]?.push({ id: id!, box });
  }
  return frames;
}
