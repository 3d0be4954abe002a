/** Pictures to measure with: a generated scene that is the same everywhere, and a real one where footage is there. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { copiesOf, findClips, picksOf, picturesOf } from '../accuracy/clips.js';

export interface Scene {
  name: string;
  width: number;
  height: number;
  /** I420 without padding. */
  pictures: Uint8Array[];
}

export function generated(width: number, height: number, count: number): Scene {
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const ground = Uint8Array.from({ length: width * height }, (_, i) => {
    const x = i % width;
    const y = Math.floor(i / width);
    return 90 + 40 * Math.sin(x / 17) * Math.cos(y / 11) + 20 * (((x >> 4) + (y >> 4)) & 1);
  });
  const pictures: Uint8Array[] = [];
  for (let n = 0; n < count; n++) {
    const data = new Uint8Array((width * height * 3) >> 1).fill(128);
    // Grain of the camera, and a figure that walks through.
    for (let i = 0; i < width * height; i++)
      data[i] = (ground[i] as number) + Math.round((random() + random() - 1) * 5);
    const left = Math.round((n * 3) % (width - 20));
    for (let y = 0; y < 48; y++) {
      for (let x = 0; x < 18; x++) data[(height - 60 + y) * width + left + x] = 30 + ((x * y) & 31);
    }
    pictures.push(data);
  }
  return { name: `generated ${width}x${height}`, width, height, pictures };
}

export function real(count: number): Scene | undefined {
  const root = resolve('../shared/footage');
  if (!existsSync(root)) return undefined;
  const clip = findClips(root).find((c) => c.name === 'intel_one_by_one');
  if (clip === undefined) return undefined;
  const pictures = picturesOf(clip);
  const picks = picksOf(clip, pictures, '5').slice(0, count);
  const data = copiesOf(clip, pictures, picks);
  return { name: `${clip.name} ${clip.width}x${clip.height}`, width: clip.width, height: clip.height, pictures: data };
}
