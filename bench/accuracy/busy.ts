/** Clips and moments that have a score of their own: somebody there all the time, a camera that is moved, the person at night. */
import type { ClipRuns, Scored } from './judged.js';
import { boxedSeconds, NIGHT_CLIP, PERSON_SECONDS } from './night-person.js';
import { type OwnRun, verdictTimes } from './ours.js';
import { secondsFound } from './protocol.js';

/** A count in the phase in which it is worst, and of how many. */
export interface Worst {
  clip: string;
  rate: string;
  count: number;
  of: number;
}

function least(runs: ClipRuns, count: (one: Scored) => number, of: number): Worst {
  return { clip: runs.clip.name, rate: runs.rate, count: Math.min(...runs.phases.map(count)), of };
}

/** Seconds found where there is somebody all the time; the first pictures count if the label says so. */
export function busySeconds(all: readonly ClipRuns[]): Worst[] {
  return all.flatMap((runs) => {
    const { busy } = runs.clip;
    if (busy === undefined) return [];
    return [least(runs, ({ run }) => secondsFound(verdictTimes(run), ...busy).found, busy[1] - busy[0])];
  });
}

/** Labels of a camera's movement are good to four pictures. */
const EARLY = 0.2;
const LATE = 1;

/** How many times the detector says in time that the camera is moved. */
export function movesTold(scene: OwnRun['scene'], starts: readonly number[]): number {
  const told = (start: number): boolean =>
    scene.some(({ kind, began, t }) => kind === 'moved' && began && t >= start - EARLY && t <= start + LATE);
  return starts.filter(told).length;
}

export function cameraMoves(all: readonly ClipRuns[]): Worst[] {
  return all
    .filter(({ clip }) => clip.moved.length > 0)
    .map((runs) => least(runs, ({ run }) => movesTold(run.scene, runs.clip.moved), runs.clip.moved.length));
}

/** Seconds with a box on the person at night. */
export function nightBoxes(all: readonly ClipRuns[]): Worst[] {
  return all
    .filter(({ clip }) => clip.name === NIGHT_CLIP)
    .map((runs) => least(runs, ({ run }) => boxedSeconds(run.frames.filter((f) => f.motion)), PERSON_SECONDS));
}
