/**
 * Whether a camera costs more where there are many, what keyframes and receiving cost there, and what memory the engine needs for
 * each: 32 cameras in front of which nothing moves, beside 8 and none.
 */
import type { BenchResult } from '../common/result.js';
import { startCameras } from './cameras.js';
import { GOP_SECONDS, NAMES, PRE_ROLL_SECONDS, rowName, type SubjectKey, sizeNamed } from './names.js';
import { describeSteps, missingRows, present, runRounds, type Step } from './rounds.js';
import type { Window } from './sampling.js';
import { subjectsFor } from './subjects.js';
import { bound, type Key, memoryAllowance, memoryPerCamera, type Round, ratio } from './summary.js';

const MANY = 32;
const FEW = 8;
const SIZE = sizeNamed('640x360');
const STREAM = { bitsPerSecond: SIZE.bitsPerSecond, gopSeconds: GOP_SECONDS, preRollSeconds: PRE_ROLL_SECONDS };

const subjects = subjectsFor(SIZE);
const at = (cameras: number, ...keys: SubjectKey[]): Step[] => keys.map((key) => ({ subject: subjects[key], cameras }));

/** Those that are compared with each other stand next to each other. */
const STEPS: readonly Step[] = [
  ...at(MANY, 'ingest', 'directReceived', 'keyframes', 'motion', 'directKeyframes', 'fps5'),
  ...at(0, 'idle'),
  ...at(FEW, 'keyframes', 'fps5'),
];
const MORE_STEPS: readonly Step[] = at(MANY, 'ingestTogether', 'decodeTogether');

export const runMany = async (quick: boolean, rounds: number, window: Window): Promise<BenchResult[]> => {
  const wanted = quick ? STEPS : [...STEPS, ...MORE_STEPS];
  const steps = present(wanted);
  const cameras = await startCameras({ ...SIZE, count: MANY, scenes: ['quiet'] });
  try {
    const done = await runRounds({ steps, cameras, window, rounds });
    return [...bounds(done), ...describeSteps(done, steps), ...missingRows(wanted)];
  } finally {
    await cameras.stop();
  }
};

const bounds = (rounds: readonly Round[]): BenchResult[] => {
  const key = (name: SubjectKey, cameras: number): Key => ({ subject: NAMES[name], cameras });
  const cpu = (ourName: SubjectKey, theirs: SubjectKey, most: number): BenchResult => ({
    ...bound(
      rowName(NAMES[ourName], MANY),
      'CPU against the peer',
      ratio(rounds, key(ourName, MANY), key(theirs, MANY)),
      most,
      '×',
    ),
    versus: NAMES[theirs],
  });
  const growth = (name: SubjectKey): BenchResult =>
    bound(
      NAMES[name],
      `CPU per camera with ${MANY} against ${FEW}`,
      ratio(rounds, key(name, MANY), key(name, FEW)),
      1.15,
      '×',
    );
  const memory = (name: SubjectKey): BenchResult =>
    bound(
      rowName(NAMES[name], MANY),
      'growth of the engine process per camera',
      memoryPerCamera(rounds, key(name, MANY), key('idle', 0)),
      memoryAllowance(STREAM),
      'MB',
    );
  return [
    cpu('keyframes', 'ingest', 2.2),
    cpu('keyframes', 'motion', 0.4),
    cpu('directReceived', 'ingest', 0.6),
    cpu('directKeyframes', 'motion', 0.25),
    growth('keyframes'),
    growth('fps5'),
    memory('keyframes'),
    memory('fps5'),
  ];
};
