/** What the detector is to reach, and whether it does, each in the worst case that was measured. */
import { type AfterWeather, SHADOW } from './after-weather.js';
import { busySeconds, cameraMoves, nightBoxes, type Worst } from './busy.js';
import { type Figures, figuresOf } from './figures.js';
import type { ClipRuns } from './judged.js';
import { firstAndLast, type Looped } from './loops.js';
import { type MidStart, pooledRatio } from './mid-start.js';
import { NIGHT_CLIP } from './night-person.js';
import { lossOf } from './protocol.js';
import { type AtSensitivity, isOrdered } from './sensitivities.js';

/** All that one run of the suite has measured of our detector; what was left out is not there. */
export interface Measured {
  /** By rate. */
  judged: ReadonlyMap<string, readonly ClipRuns[]>;
  midStarts: readonly MidStart[];
  looped: readonly Looped[];
  weather: readonly AfterWeather[];
  sensitivities: readonly AtSensitivity[];
  stress?: { starts: number; hits: number; events: number };
  /** Copies of low quality. */
  coarse?: Figures;
}

export interface Goal {
  goal: string;
  /** What is to be reached. */
  limit: string;
  measured: string;
  met: boolean;
}

/** What two runs may differ by. */
const CHANCE = 'at most a tenth or a second less';

const fixed = (value: number, digits = 3): string => (Number.isNaN(value) ? '–' : value.toFixed(digits));
const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

/** One figure at every rate; met if it is at all of them. */
function atRates(
  all: ReadonlyMap<string, Figures>,
  goal: string,
  limit: string,
  told: (f: Figures) => string,
  met: (f: Figures) => boolean,
): Goal {
  const measured = [...all].map(([rate, figures]) => `${rate}: ${told(figures)}`).join(', ');
  return { goal, limit, measured, met: [...all.values()].every(met) };
}

/** The same for a count of each clip and rate; nothing if the clip is not there. */
function counts(all: readonly Worst[], goal: string, limit: string, met: (one: Worst) => boolean): Goal[] {
  if (all.length === 0) return [];
  const measured = all.map(({ rate, count, of }) => `${rate}: ${count} of ${of}`).join(', ');
  return [{ goal, limit, measured, met: all.every(met) }];
}

function pooledGoals(figures: ReadonlyMap<string, Figures>): Goal[] {
  return [
    atRates(
      figures,
      'events found, worst phase and mean',
      '≥ 0.970 and 1.000',
      ({ recall }) => `${fixed(recall.worst)} and ${fixed(recall.mean)}`,
      ({ recall }) => recall.worst >= 0.97 && recall.mean >= 0.9995,
    ),
    atRates(
      figures,
      'false seconds',
      '≤ 3 %',
      ({ falseShare }) => percent(falseShare.worst),
      ({ falseShare }) => falseShare.worst <= 0.03,
    ),
    atRates(
      figures,
      'quiet seconds of the old clips with a verdict',
      '0',
      ({ oldQuiet }) => `${oldQuiet.worst} of ${oldQuiet.of}`,
      ({ oldQuiet }) => oldQuiet.worst === 0,
    ),
    atRates(
      figures,
      'pixel F, worst phase',
      '≥ 0.75',
      ({ pixelF }) => fixed(pixelF.worst),
      ({ pixelF }) => Number.isNaN(pixelF.worst) || pixelF.worst >= 0.75,
    ),
  ];
}

/** Counts of one clip at every rate that are no sums over clips. */
function countsOf(
  judged: Measured['judged'],
  clip: string,
  count: (s: ClipRuns['phases'][number]) => number,
  of: (s: ClipRuns['phases'][number]) => number,
  worst: (...values: number[]) => number,
): Worst[] {
  return [...judged.values()]
    .flat()
    .flatMap((runs) =>
      runs.clip.name === clip
        ? [{ clip, rate: runs.rate, count: worst(...runs.phases.map(count)), of: Math.max(...runs.phases.map(of)) }]
        : [],
    );
}

function clipGoals(judged: Measured['judged']): Goal[] {
  const all = [...judged.values()].flat();
  const busy = busySeconds(all);
  const insects = countsOf(
    judged,
    NIGHT_CLIP,
    ({ score }) => score.falseSeconds.length,
    ({ score }) => score.negativeSeconds,
    Math.max,
  );
  const cars = countsOf(
    judged,
    'psu_movecam',
    ({ score }) => score.hits,
    ({ score }) => score.events,
    Math.min,
  );
  return [
    ...counts(nightBoxes(all), 'seconds at night with a box on the person', '≥ 18 of 25', ({ count }) => count >= 18),
    ...counts(insects, 'seconds with insects and a verdict', '≤ 5 of 89', ({ count }) => count <= 5),
    ...counts(
      busy.filter(({ clip }) => clip === 'ir_indoor'),
      'ir_indoor, seconds found',
      '≥ 30 of 33',
      ({ count }) => count >= 30,
    ),
    ...counts(
      busy.filter(({ clip }) => clip === 'rain_road'),
      'rain_road, seconds found',
      '≥ 17 of 18',
      ({ count }) => count >= 17,
    ),
    ...counts(cameraMoves(all), 'psu_movecam: moved within 1 s', '1 of 1', ({ count, of }) => count === of),
    ...counts(cars, 'psu_movecam: cars found', '2 of 2', ({ count, of }) => count === of),
  ];
}

function midStartGoals(all: readonly MidStart[]): Goal[] {
  if (all.length === 0) return [];
  const rates = [...new Set(all.map(({ rate }) => rate))];
  const pooled = rates.map((rate) => pooledRatio(all.filter((m) => m.rate === rate)));
  const worst = [...all].sort((a, b) => lossOf(b) - lossOf(a))[0] as MidStart;
  return [
    {
      goal: 'started in the middle: seconds found, all events',
      limit: '≥ 0.90 of what is found otherwise',
      measured: rates.map((rate, i) => `${rate}: ${fixed(pooled[i] as number, 2)}`).join(', '),
      met: pooled.every((ratio) => ratio >= 0.9),
    },
    {
      goal: 'started in the middle: the worst event',
      limit: CHANCE,
      measured: `${worst.clip} ${worst.event[0]}–${worst.event[1]} s at ${worst.rate}: ${worst.found} instead of ${worst.before} of ${worst.of}`,
      met: lossOf(worst) === 0,
    },
  ];
}

/** Each with its own row, since what fails should be seen. */
function loopGoals(all: readonly Looped[]): Goal[] {
  const told = ({ clip, found }: Looped): string => `${clip}: ${found[0]} → ${found.at(-1)}`;
  const walk = all.filter(({ found }) => found.length > 10);
  const others = all.filter(({ found }) => found.length <= 10);
  const less = others.filter((looped) => firstAndLast(looped).found < firstAndLast(looped).before);
  return [
    ...walk.map((looped) => ({
      goal: `${looped.clip} ${looped.found.length} times: the last as the first`,
      limit: `≥ ${firstAndLast(looped).before}`,
      measured: `${firstAndLast(looped).found} of ${looped.of}`,
      met: firstAndLast(looped).found >= firstAndLast(looped).before,
    })),
    ...(others.length === 0
      ? []
      : [
          {
            goal: 'every clip ten times: the last as the first',
            limit: CHANCE,
            measured: less.length === 0 ? 'none less' : less.map(told).join(', '),
            met: others.every((looped) => lossOf(firstAndLast(looped)) === 0),
          },
        ]),
  ];
}

function weatherGoals(all: readonly AfterWeather[]): Goal[] {
  return [...new Set(all.map(({ what }) => what))].map((what) => {
    const of = all.filter((one) => one.what === what);
    const strict = what === SHADOW;
    return {
      goal: `a walker ${what.startsWith('10') ? `after ${what}` : what}`,
      limit: strict ? 'as without it' : CHANCE,
      measured: of.map((one) => `${one.clip}: ${one.found} instead of ${one.before} of ${one.of}`).join(', '),
      met: of.every((one) => (strict ? one.found >= one.before : lossOf(one) === 0)),
    };
  });
}

function otherGoals({ sensitivities, stress, coarse }: Measured): Goal[] {
  const goals: Goal[] = [];
  if (sensitivities.length > 0) {
    goals.push({
      goal: 'low ≤ medium ≤ high in events found and in false seconds',
      limit: 'in this order',
      measured: sensitivities
        .map(({ sensitivity: s, figures: f }) => `${s}: ${fixed(f.recall.mean)} and ${percent(f.falseShare.mean)}`)
        .join(', '),
      met: isOrdered(sensitivities),
    });
  }
  if (stress !== undefined) {
    goals.push({
      goal: 'stress: false starts over the undisturbed clip',
      limit: '0',
      measured: `${stress.starts} (${stress.hits} of ${stress.events} events found)`,
      met: stress.starts === 0,
    });
  }
  if (coarse !== undefined) {
    const { nuisance } = coarse;
    goals.push({
      goal: 'nuisance seconds with a verdict at x264 crf 36',
      limit: '≤ 4',
      measured: `${nuisance.worst} of ${nuisance.of} (mean ${fixed(nuisance.mean, 1)})`,
      met: nuisance.worst <= 4,
    });
  }
  return goals;
}

export function goalsOf(measured: Measured): Goal[] {
  const figures = new Map([...measured.judged].map(([rate, all]) => [rate, figuresOf(all)] as const));
  return [
    ...pooledGoals(figures),
    ...clipGoals(measured.judged),
    ...midStartGoals(measured.midStarts),
    ...loopGoals(measured.looped),
    ...weatherGoals(measured.weather),
    ...otherGoals(measured),
  ];
}
