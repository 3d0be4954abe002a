/** The same again and again: what happens every day at the same place must not become part of the place. */
import { type Clip, type Pictures, picksOf, picturesOf, planes } from './clips.js';
import { durationOf, scoreOf } from './judged.js';
import { detectorOf, type OwnOptions } from './ours.js';

export interface Looped {
  clip: string;
  /** Seconds found in each repetition. */
  found: number[];
  of: number;
}

function repeated(clip: Clip, pictures: Pictures, times: number, own: OwnOptions): Looped {
  const detector = detectorOf(own);
  const picks = picksOf(clip, pictures, '5');
  const duration = durationOf(clip, pictures);
  const looped: Looped = { clip: clip.name, found: [], of: 0 };
  for (let n = 0; n < times; n++) {
    const verdicts: number[] = [];
    for (const plane of planes(clip, pictures, picks)) {
      const verdict = detector.judge({ ...plane, pts: plane.pts + Math.round(n * duration * 1e6) });
      if (verdict.motion) verdicts.push(plane.pts / 1e6);
    }
    const { foundSeconds, lostSeconds } = scoreOf(clip, duration, verdicts);
    looped.found.push(foundSeconds.length);
    looped.of = foundSeconds.length + lostSeconds.length;
  }
  return looped;
}

/** Media time goes on from one repetition to the next. */
export function loop(clip: Clip, times: number, own: OwnOptions = {}): Looped {
  return repeated(clip, picturesOf(clip), times, own);
}

/** Of the first repetition and the last. */
export function firstAndLast({ found }: Looped): { before: number; found: number } {
  return { before: found[0] ?? 0, found: found.at(-1) ?? 0 };
}
