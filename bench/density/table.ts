/** The table: sizes of pictures, what moves in them, who looks at them and how, in cells of one size and one scene. */
import type { BenchResult } from '../common/result.js';
import { startCameras } from './cameras.js';
import { NAMES, placeOf, rowName, type Size, type SubjectKey, scenesOf } from './names.js';
import { describeSteps, missingRows, present, runRounds, type Step } from './rounds.js';
import type { Window } from './sampling.js';
import { subjectsFor } from './subjects.js';
import { bound, type Round, ratio } from './summary.js';

/** Those that are compared with each other stand next to each other. */
export const QUICK_KEYS: readonly SubjectKey[] = [
  ...(['directAdaptive', 'adaptive', 'motion', 'frigate', 'fps5', 'decode'] as const),
];
export const KEYS: readonly SubjectKey[] = [
  ...(['ingest', 'keyframes', 'directKeyframes'] as const),
  ...QUICK_KEYS,
  ...(['directFps5', 'full', 'directFull', 'third'] as const),
];

interface Goal {
  ours: SubjectKey;
  theirs: SubjectKey;
  /** Times. */
  most: number;
}

const QUIET_GOALS: Readonly<Record<Size['size'], { adaptive: number; directAdaptive: number }>> = {
  '640x360': { adaptive: 0.4, directAdaptive: 0.17 },
  '1920x1080': { adaptive: 0.15, directAdaptive: 0.08 },
};

/** What a camera may cost, beside what others need in the same cell. */
const goalsOf = (size: Size['size'], scene: string): readonly Goal[] => {
  if (scene === 'quiet') {
    const { adaptive, directAdaptive } = QUIET_GOALS[size];
    return [
      { ours: 'adaptive', theirs: 'motion', most: adaptive },
      { ours: 'directAdaptive', theirs: 'motion', most: directAdaptive },
      { ours: 'fps5', theirs: 'decode', most: 1.15 },
    ];
  }
  if (scene !== 'busy') return [];
  // All of them record all the time.
  return (['adaptive', 'directAdaptive'] as const).flatMap((ours) => [
    { ours, theirs: 'motion', most: 1 } as const,
    { ours, theirs: 'frigate', most: 1.1 } as const,
  ]);
};

export interface Cell {
  size: Size;
  scene: string;
  /** Undefined: as many as the size has. Goals are for that. */
  cameras: number | undefined;
}

/** Goals of the cell, where both sides were to be measured. */
export const boundsOf = (rounds: readonly Round[], cell: Cell, keys: readonly SubjectKey[]): BenchResult[] => {
  const { size, scene } = cell;
  if (cell.cameras !== undefined && cell.cameras !== size.cameras) return [];
  const key = (name: SubjectKey) => ({ subject: NAMES[name], cameras: size.cameras });
  return goalsOf(size.size, scene)
    .filter(({ ours, theirs }) => keys.includes(ours) && keys.includes(theirs))
    .map(({ ours, theirs, most }) => ({
      ...bound(
        rowName(NAMES[ours], size.cameras, placeOf(size.size, scene)),
        'CPU against the peer',
        ratio(rounds, key(ours), key(theirs)),
        most,
        '×',
      ),
      versus: NAMES[theirs],
    }));
};

/** Longer than the longest of the scenes takes to begin again: else luck would decide who has more movement to look at. */
const WHOLE_TURN_SECONDS = 24;

const windowFor = (scene: string, window: Window): Window =>
  scene === 'quiet' || scene === 'busy'
    ? window
    : { ...window, measureSeconds: Math.max(window.measureSeconds, WHOLE_TURN_SECONDS) };

/** @param keys who is measured, in this order */
export const runCell = async (
  cell: Cell,
  keys: readonly SubjectKey[],
  rounds: number,
  window: Window,
): Promise<BenchResult[]> => {
  const { size, scene } = cell;
  const count = cell.cameras ?? size.cameras;
  const subjects = subjectsFor(size);
  const wanted = keys.map((key): Step => ({ subject: subjects[key], cameras: count }));
  const steps = present(wanted);
  const place = placeOf(size.size, scene);
  const cameras = await startCameras({ ...size, count, scenes: scenesOf(scene) });
  try {
    const done = await runRounds({ steps, cameras, rounds, place, window: windowFor(scene, window) });
    return [...boundsOf(done, cell, keys), ...describeSteps(done, steps, place), ...missingRows(wanted)];
  } finally {
    await cameras.stop();
  }
};
