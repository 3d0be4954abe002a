import type { BenchResult } from '../common/result.js';
import type { Cameras } from './cameras.js';
import { energyMeter } from './energy.js';
import { sample, type Window } from './sampling.js';
import type { Sample, Subject } from './subject.js';
import { describeSubject, type Round } from './summary.js';

export interface Step {
  subject: Subject;
  cameras: number;
}

export interface RoundsOptions {
  steps: readonly Step[];
  cameras: Cameras;
  window: Window;
  rounds: number;
  /** The part of the table, if there are several. */
  place?: string;
}

/** Below this share of idle time nobody can be trusted to have done all of its work. */
const SATURATED = 0.05;

export const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** Those that can run here. */
export const present = (steps: readonly Step[]): Step[] =>
  steps.filter(({ subject }) => subject.missing() === undefined);

/** A row for everybody who cannot run here, with what to do about it. */
export const missingRows = (steps: readonly Step[]): BenchResult[] =>
  [...new Set(steps.map(({ subject }) => subject))].flatMap((subject) => {
    const missing = subject.missing();
    if (missing === undefined) return [];
    say(`left out: ${subject.name}: ${missing}`);
    return [{ name: subject.name, metric: 'CPU per camera', value: Number.NaN, unit: '% of a core', missing }];
  });

/** One subject at a time; the rounds go forwards and backwards, so that slow drift of the machine hits all alike. */
export const runRounds = async ({ steps, cameras, window, rounds, place }: RoundsOptions): Promise<Round[]> => {
  const meter = energyMeter();
  const done: Round[] = [];
  for (let number = 0; number < rounds; number++) {
    const samples: Sample[] = [];
    const idle = 'joules' in meter ? { idleWatts: await wattsOf(meter, window) } : {};
    for (const step of number % 2 === 0 ? steps : steps.toReversed()) {
      const who = `${step.subject.name}, ${step.cameras} cameras`;
      say(`${place === undefined ? '' : `${place}, `}round ${number + 1} of ${rounds}: ${who}`);
      const stage = cameras.first(step.cameras);
      const taken = await sample(step.subject, stage, window, 'joules' in meter ? meter : undefined);
      if (taken.idleShare < SATURATED) {
        say(`  the machine was busy for ${Math.round((1 - taken.idleShare) * 100)} %: who falls behind does less work`);
      }
      samples.push(taken);
    }
    done.push({ samples, ...idle });
  }
  return done;
};

const wattsOf = async (meter: { joules(): number }, { measureSeconds }: Window): Promise<number> => {
  const [before, began] = [meter.joules(), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, measureSeconds * 1000));
  return (meter.joules() - before) / ((performance.now() - began) / 1000);
};

/** All figures of all steps. */
export const describeSteps = (rounds: readonly Round[], steps: readonly Step[], place?: string): BenchResult[] =>
  steps.flatMap(({ subject, cameras }) => describeSubject(rounds, { subject: subject.name, cameras }, place));

/** Why nobody knows what energy a camera takes; nothing if it was measured. */
export const energyMissing = (): BenchResult[] => {
  const meter = energyMeter();
  if ('joules' in meter) return [];
  const { missing } = meter;
  return [{ name: 'machine', metric: 'energy per camera and day', value: Number.NaN, unit: 'Wh', missing }];
};
