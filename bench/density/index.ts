/**
 * CPU and memory per camera: the engine under its decode policies, beside bare GStreamer and Motion on the same simulated
 * cameras in the same run. One subject runs at a time; the rounds go forwards and backwards, so that slow drift of the
 * machine hits all alike.
 */

import { startSimulator } from '../../engine/simulator/index.js';
import { numberOf } from '../common/numbers.js';
import type { BenchOptions, BenchResult } from '../common/result.js';
import { gstLaunch } from './gst-launch.js';
import { motion } from './motion.js';
import { runRecording } from './recording.js';
import { type Audience, sample, type Window } from './sampling.js';
import { type SluiceOptions, sluice } from './sluice.js';
import type { Sample, Subject } from './subject.js';
import { bound, describeSubject, type Key, memoryAllowance, memoryPerCamera, type Round, ratio } from './summary.js';

const STREAM = { bitsPerSecond: 800_000, gopSeconds: 2, preRollSeconds: 5 } as const;
const MANY = 32;
const FEW = 8;

const NAMES = {
  keyframes: 'Sluice keyframes',
  adaptive: 'Sluice adaptive',
  fps5: 'Sluice fps:5',
  full: 'Sluice full',
  directReceived: 'Sluice direct, received only',
  directKeyframes: 'Sluice direct keyframes',
  directAdaptive: 'Sluice direct adaptive',
  idle: 'Sluice without cameras',
  ingest: 'gst-launch ingest, a process per camera',
  ingestTogether: 'gst-launch ingest, one process',
  decode: 'gst-launch decode, a process per camera',
  decodeTogether: 'gst-launch decode, one process',
  motion: 'Motion passthrough',
} as const;

const ours = (name: string, decodePolicy: string, more: Pick<SluiceOptions, 'ingest'> = {}): Subject =>
  sluice(name, { decodePolicy, preRollSeconds: STREAM.preRollSeconds, ...more });

const subjects: Record<keyof typeof NAMES, Subject> = {
  keyframes: ours(NAMES.keyframes, 'keyframes'),
  adaptive: ours(NAMES.adaptive, 'adaptive'),
  fps5: ours(NAMES.fps5, 'fps:5'),
  full: ours(NAMES.full, 'full'),
  directReceived: ours(NAMES.directReceived, 'none', { ingest: 'direct' }),
  directKeyframes: ours(NAMES.directKeyframes, 'keyframes', { ingest: 'direct' }),
  directAdaptive: ours(NAMES.directAdaptive, 'adaptive', { ingest: 'direct' }),
  idle: ours(NAMES.idle, 'keyframes'),
  ingest: gstLaunch(NAMES.ingest, { decode: false, together: false }),
  ingestTogether: gstLaunch(NAMES.ingestTogether, { decode: false, together: true }),
  decode: gstLaunch(NAMES.decode, { decode: true, together: false }),
  decodeTogether: gstLaunch(NAMES.decodeTogether, { decode: true, together: true }),
  motion: motion(NAMES.motion),
};

interface Step {
  subject: Subject;
  cameras: number;
}

const at = (cameras: number, ...names: (keyof typeof NAMES)[]): Step[] =>
  names.map((name) => ({ subject: subjects[name], cameras }));

/** Those that are compared with each other stand next to each other. */
const STEPS: Step[] = [
  ...at(MANY, 'ingest', 'directReceived', 'keyframes', 'adaptive', 'motion', 'directAdaptive', 'directKeyframes'),
  ...at(MANY, 'fps5', 'decode', 'full'),
  ...at(MANY, 'ingestTogether', 'decodeTogether'),
  ...at(0, 'idle'),
  ...at(FEW, 'keyframes', 'fps5', 'full'),
];
const QUICK_STEPS: Step[] = [
  ...at(MANY, 'ingest', 'directReceived', 'adaptive', 'motion', 'directAdaptive', 'keyframes', 'fps5', 'decode'),
  ...at(0, 'idle'),
  ...at(FEW, 'keyframes', 'fps5'),
];

const FULL_WINDOW: Window = { warmUpSeconds: 20, measureSeconds: 20 };
const QUICK_WINDOW: Window = { warmUpSeconds: 6, measureSeconds: 8 };

/** Below this share of idle time nobody can be trusted to have done all of its work. */
const SATURATED = 0.05;

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

export const run = async (options: BenchOptions): Promise<BenchResult[]> =>
  options.args.has('recording') ? runRecording(options) : runSubjects(options);

const runSubjects = async ({ quick, args }: BenchOptions): Promise<BenchResult[]> => {
  const rounds = numberOf(args, 'rounds') ?? (quick ? 1 : 3);
  const scene = args.get('scene') ?? 'quiet';
  const window = quick ? QUICK_WINDOW : FULL_WINDOW;
  const steps = (quick ? QUICK_STEPS : STEPS).filter(({ subject, cameras }, index, all) => {
    const missing = subject.missing();
    const first = all.findIndex((step) => step.subject === subject) === index;
    if (missing && first) say(`left out: ${subject.name} (${cameras} cameras): ${missing}`);
    return missing === undefined;
  });
  const missing = [...new Set(Object.values(subjects))].flatMap((subject) => {
    const why = subject.missing();
    return why
      ? [{ name: subject.name, metric: 'CPU per camera', value: Number.NaN, unit: '% of a core', missing: why }]
      : [];
  });
  const cameras = await startCameras(scene);
  const done: Round[] = [];
  try {
    for (let number = 0; number < rounds; number++) {
      const samples: Sample[] = [];
      for (const step of number % 2 === 0 ? steps : [...steps].reverse()) {
        say(`round ${number + 1} of ${rounds}: ${step.subject.name}, ${step.cameras} cameras`);
        const taken = await sample(step.subject, cameras.first(step.cameras), window);
        if (taken.idleShare < SATURATED) {
          say(
            `  the machine was busy for ${Math.round((1 - taken.idleShare) * 100)} %: who falls behind does less work`,
          );
        }
        samples.push(taken);
      }
      done.push({ samples });
    }
  } finally {
    await cameras.stop();
  }
  return [
    ...bounds(done),
    ...steps.flatMap(({ subject, cameras: count }) => describeSubject(done, { subject: subject.name, cameras: count })),
    ...missing,
  ];
};

const bounds = (rounds: readonly Round[]): BenchResult[] => {
  const key = (name: keyof typeof NAMES, cameras: number): Key => ({ subject: NAMES[name], cameras });
  const cpu = (ourName: keyof typeof NAMES, theirs: keyof typeof NAMES, most: number): BenchResult => ({
    ...bound(
      `${NAMES[ourName]}, ${MANY} cameras`,
      'CPU against the peer',
      ratio(rounds, key(ourName, MANY), key(theirs, MANY)),
      most,
      '×',
    ),
    versus: NAMES[theirs],
  });
  const growth = (name: keyof typeof NAMES): BenchResult =>
    bound(
      NAMES[name],
      `CPU per camera with ${MANY} against ${FEW}`,
      ratio(rounds, key(name, MANY), key(name, FEW)),
      1.15,
      '×',
    );
  const memory = (name: keyof typeof NAMES): BenchResult =>
    bound(
      `${NAMES[name]}, ${MANY} cameras`,
      'growth of the engine process per camera',
      memoryPerCamera(rounds, key(name, MANY), key('idle', 0)),
      memoryAllowance(STREAM),
      'MB',
    );
  return [
    cpu('keyframes', 'ingest', 2.2),
    cpu('keyframes', 'motion', 0.4),
    cpu('adaptive', 'motion', 0.4),
    cpu('directAdaptive', 'motion', 0.17),
    cpu('directReceived', 'ingest', 0.6),
    cpu('directKeyframes', 'motion', 0.25),
    cpu('fps5', 'decode', 1.15),
    growth('keyframes'),
    growth('fps5'),
    memory('keyframes'),
    memory('fps5'),
  ];
};

interface Cameras {
  /** The first `count` cameras; their clients are counted. */
  first(count: number): Audience;
  stop(): Promise<void>;
}

const startCameras = async (scene: string): Promise<Cameras> => {
  let clients = 0;
  const simulator = await startSimulator({
    count: MANY,
    scenes: [scene],
    fps: 25,
    size: '640x360',
    bitrate: STREAM.bitsPerSecond,
    gop: STREAM.gopSeconds,
    onEvent: ({ event }) => {
      if (event === 'play') clients++;
      if (event === 'leave') clients--;
    },
  });
  const urls = simulator.cameras.map((camera) => camera.url);
  return {
    first: (count) => ({ urls: urls.slice(0, count), clients: () => clients }),
    stop: () => simulator.stop(),
  };
};
