/** What is labelled in the pictures themselves: masks at the detector's size, and boxes of the objects. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from '../../wasm/types.js';
import { decodePng, type GreyPicture } from '../common/png.js';
import { labels } from '../tracking/footage.js';
import { components } from './boxes.js';
import type { Clip } from './clips.js';

export interface Truth {
  mask?: GreyPicture;
  objects: readonly Box[];
}

const MOTION = 255;
/** Values of a mask that count neither way. */
const OUTSIDE = 85;
const UNKNOWN = 170;
/** A labelled part that is smaller, in a picture 320 wide, is a rest of an object that is leaving. */
const LEAST_PIXELS = 40;

/** Groundtruth masks of a clip by picture number, where the clip has them. */
export function groundtruthFiles(clip: Clip): Map<number, string> {
  const folder = join(clip.folder, 'groundtruth');
  const files = new Map<number, string>();
  if (!existsSync(folder)) return files;
  const names = readdirSync(folder).filter((f) => f.endsWith('.png'));
  // CDnet counts from 1; the clip of the highway begins with its picture 1, that of the fall with its picture 1001.
  const range = /_(\d+)-\d+\.\w+$/.exec(clip.file);
  const first = range === null ? 1 : Number(range[1]);
  for (const name of names) {
    const number = /^\D*(\d+)\.png$/.exec(name);
    if (number !== null) files.set(Number(number[1]) - first, join(folder, name));
  }
  return files;
}

function scaled(image: GreyPicture, width: number, height: number): GreyPicture {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * image.height) / height) * image.width;
    for (let x = 0; x < width; x++)
      data[y * width + x] = image.data[row + Math.floor((x * image.width) / width)] as number;
  }
  return { width, height, data };
}

function read(clip: Clip): Map<number, Truth> {
  const truth = new Map<number, Truth>();
  for (const [index, file] of groundtruthFiles(clip)) {
    const mask = scaled(decodePng(readFileSync(file)), clip.width, clip.height);
    truth.set(index, { mask, objects: components(mask, MOTION, LEAST_PIXELS) });
  }
  const boxes = join(clip.folder, 'gt_mot15.txt');
  if (!existsSync(boxes)) return truth;
  labels(readFileSync(boxes, 'utf8'), clip.sourceWidth, clip.sourceHeight).forEach((objects, index) => {
    truth.set(index, { objects: objects.map(({ box }) => box) });
  });
  return truth;
}

// Every phase asks again, and a mask takes longer to read than a picture to judge.
const known = new Map<string, Map<number, Truth>>();

/** By picture number of the source. */
export function truthOf(clip: Clip): ReadonlyMap<number, Truth> {
  const key = `${clip.folder} ${clip.width}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const truth = read(clip);
  known.set(key, truth);
  return truth;
}

/** Pixels of a detector's mask against labelled ones. */
export class PixelCount {
  #tp = 0;
  #fp = 0;
  #fn = 0;

  add(mask: Uint8Array, truth: GreyPicture): void {
    for (let i = 0; i < mask.length; i++) {
      const label = truth.data[i] as number;
      if (label === MOTION) {
        if (mask[i]) this.#tp++;
        else this.#fn++;
      } else if (mask[i] && label !== OUTSIDE && label !== UNKNOWN) this.#fp++;
    }
  }

  f(): number | undefined {
    const all = 2 * this.#tp + this.#fp + this.#fn;
    return all === 0 ? undefined : (2 * this.#tp) / all;
  }
}
