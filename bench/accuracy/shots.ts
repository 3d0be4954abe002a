/** Which moments of a run a person should see, and their pictures at a size at which a page can hold many. */
import type { DebugPicture } from '../../wasm/detector/debug-picture.js';
import type { Score } from './protocol.js';

export interface Moment {
  t: number;
  text: string;
}

/** Runs of seconds that follow each other, the longest first. */
function runsOf(seconds: readonly number[]): { from: number; length: number }[] {
  const runs: { from: number; length: number }[] = [];
  for (const k of seconds) {
    const last = runs.at(-1);
    if (last !== undefined && last.from + last.length === k) last.length++;
    else runs.push({ from: k, length: 1 });
  }
  return runs.sort((a, b) => b.length - a.length);
}

/** Of the seconds that were lost, the middle of the longest runs; of the false ones, the first verdict of each run. */
export function failures(score: Score, verdicts: readonly number[], most: number): Moment[] {
  const lost = runsOf(score.lostSeconds).map(
    ({ from, length }): Moment => ({ t: from + length / 2, text: `missed ${from}–${from + length} s` }),
  );
  const invented = runsOf(score.falseSeconds).map(({ from, length }): Moment => {
    const t = verdicts.find((v) => v >= from) ?? from;
    return { t, text: `false ${from}–${from + length} s` };
  });
  const half = Math.max(most - invented.length, most >> 1);
  const some = lost.slice(0, half);
  return [...some, ...invented.slice(0, most - some.length)].sort((a, b) => a.t - b.t);
}

/** Half as wide and high: the mean of four pixels each. */
export function halved({ width, height, rgb }: DebugPicture): DebugPicture {
  const [w, h] = [width >> 1, height >> 1];
  const half = new Uint8Array(w * h * 3);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      for (let c = 0; c < 3; c++) {
        const at = (2 * y * width + 2 * x) * 3 + c;
        const below = at + width * 3;
        const total =
          (rgb[at] as number) + (rgb[at + 3] as number) + (rgb[below] as number) + (rgb[below + 3] as number);
        half[(y * w + x) * 3 + c] = total >> 2;
      }
    }
  }
  return { width: w, height: h, rgb: half };
}
