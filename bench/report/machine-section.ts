/** On what it was measured. */
import type { ProgramName, SuiteAbout } from '../common/definition.js';
import { PROGRAMS } from '../common/programs.js';
import { SUITES, suiteOf } from '../suites.js';
import type { Machine } from '../whole/machine.js';
import type { BenchReport } from '../whole/report.js';
import type { Block, Cell } from './blocks.js';
import { disturbance, disturbed, isQuiet, percent } from './quiet.js';

const identityOf = ({ cpu, cores, memoryMiB, node }: Machine): string => [cpu, cores, memoryMiB, node].join('|');

const machinesOf = (reports: readonly BenchReport[]): Machine[] => [
  ...new Map(reports.map(({ machine }) => [identityOf(machine), machine])).values(),
];

/** Programs that were looked for, with the version; null if one was not there. */
const programsOf = (reports: readonly BenchReport[]): [ProgramName, string | null][] =>
  [
    ...new Map(
      reports.flatMap(({ machine }) => Object.entries(machine.programs ?? {}) as [ProgramName, string | null][]),
    ),
  ].filter(([name]) => name in PROGRAMS);

const usersOf = (name: ProgramName): SuiteAbout[] =>
  SUITES.filter(({ needs, peers }) => needs.includes(name) || peers.includes(name));

/** What to install for what was left out. */
export const missingPrograms = (reports: readonly BenchReport[]): string[] =>
  programsOf(reports)
    .filter(([, version]) => version === null)
    .map(([name]) => {
      const { title, packages, setup } = PROGRAMS[name];
      const suites = usersOf(name).map((suite) => suite.name);
      return `${title} is not installed, so it is left out of ${suites.join(', ')}. \`${setup}\` installs it (Debian: ${packages}).`;
    });

const versionsOf = (reports: readonly BenchReport[]): [string, string][] =>
  programsOf(reports).map(([name, version]) => [PROGRAMS[name].title, version ?? 'not installed']);

const facts = (machine: Machine, reports: readonly BenchReport[]): Block => ({
  kind: 'facts',
  rows: [
    ['Processor', machine.cpu],
    ['Cores', String(machine.cores)],
    ['Memory', `${(machine.memoryMiB / 1024).toFixed(1)} GiB`],
    ['System', machine.os ?? machine.platform],
    ['Node.js', machine.node],
    ...(machine.sluice === undefined ? [] : [['Sluice', machine.sluice] as [string, string]]),
    ...versionsOf(reports),
  ],
});

/** Whether it was quiet, in a box that cannot be overlooked if it was not. */
export const quietNotice = (reports: readonly BenchReport[]): Block => {
  const measured = reports.filter(({ results }) => results.length > 0);
  const busy = disturbed(measured);
  const unknown = measured.filter((report) => isQuiet(report) === undefined);
  if (busy.length > 0) {
    const worst = busy[0]!;
    return {
      ...{ kind: 'notice', tone: 'bad', title: 'The machine was not quiet' },
      texts: [
        `Other programs took up to ${percent(worst.share)} of its processors (${worst.suite}), and more than 5 % in ${busy.length} of ${measured.length} suites. Times are longer than they would be, and limits may be missed for that reason alone. Compare what was measured in the same run, and do not quote these figures.`,
      ],
    };
  }
  if (unknown.length > 0) {
    return {
      ...{ kind: 'notice', tone: 'careful', title: 'Nobody knows whether the machine was quiet' },
      texts: [`These results do not say what else it had to do: ${unknown.map(({ suite }) => suite).join(', ')}.`],
    };
  }
  return {
    ...{ kind: 'notice', tone: 'good', title: 'The machine was quiet' },
    texts: ['Other programs took less than 5 % of its processors, before each suite and during it.'],
  };
};

const loadRow = ({ suite, load, seconds, started }: BenchReport): Cell[] => [
  { text: suiteOf(suite)?.title ?? suite },
  { text: started === undefined ? '' : `${started.slice(0, 16).replace('T', ' ')}` },
  { text: seconds === undefined ? '' : `${Math.round(seconds)} s`, isNumber: true },
  { text: load ? load.before.average.toFixed(2) : '', isNumber: true },
  { text: load ? percent(disturbance(load.before)) : '', isNumber: true },
  { text: load ? percent(disturbance(load.during)) : '', isNumber: true },
];

export const machineSection = (reports: readonly BenchReport[]): Block[] => {
  const machines = machinesOf(reports);
  return [
    { kind: 'heading', level: 2, text: 'The machine', id: 'machine' },
    ...(machines.length > 1
      ? [
          {
            ...({ kind: 'notice', tone: 'bad', title: `These results come from ${machines.length} machines` } as const),
            texts: ['Do not compare figures of different suites.'],
          },
        ]
      : []),
    ...machines.map((machine) =>
      facts(
        machine,
        reports.filter((report) => identityOf(report.machine) === identityOf(machine)),
      ),
    ),
    {
      kind: 'details',
      summary: 'How busy it was, suite by suite',
      blocks: [
        {
          kind: 'table',
          caption: 'Load, and what other programs took of all processors',
          head: ['Suite', 'Began (UTC)', 'Took', 'Load average before', 'Others before', 'Others during'],
          rows: reports.map(loadRow),
        },
      ],
    },
  ];
};
