import { SERIES } from './series/series.js';

export type Command =
  | { kind: 'help' }
  | { kind: 'wrong'; message: string }
  | ({ kind: 'series'; name: string; count: number; workers: number | undefined } & Common)
  | ({ kind: 'run'; minutes: number; only: readonly string[] } & Common);

interface Common {
  seed: number;
  /** File for the table of results in Markdown. */
  report: string | undefined;
  /** Keep the data folder of a run that found nothing. */
  keep: boolean;
}

const DEFAULT_MINUTES = 10;
const VALUES = ['minutes', 'seed', 'report', 'series', 'count', 'workers', 'only'];
const FLAGS = ['keep', 'help'];

export const usage = (): string =>
  [
    'usage: npm run chaos -- [--minutes N] [--seed S] [--only FAULT,…] [--report FILE] [--keep]',
    '       npm run chaos -- --series NAME [--count N] [--workers N] [--seed S] [--report FILE]',
    ...Object.entries(SERIES).map(([name, { about, count }]) => `  ${name}: ${about} (${count} times)`),
    '',
  ].join('\n');

/** @param seed what is taken where none is given */
export const parseArguments = (argv: readonly string[], seed: number): Command => {
  const given = new Map<string, string>();
  for (let i = 0; i < argv.length; i++) {
    const name = argv[i]!.replace(/^--/, '');
    if (argv[i] === name || ![...VALUES, ...FLAGS].includes(name)) return wrong(`unknown argument ${argv[i]}`);
    if (FLAGS.includes(name)) given.set(name, 'true');
    else if (argv[i + 1] === undefined) return wrong(`--${name} needs a value`);
    else given.set(name, argv[++i]!);
  }
  if (given.has('help')) return { kind: 'help' };
  for (const name of ['minutes', 'seed', 'count', 'workers']) {
    const text = given.get(name);
    if (text !== undefined && !(Number(text) > 0)) return wrong(`--${name} must be a number above 0, not ${text}`);
  }
  const common = {
    seed: Number(given.get('seed') ?? seed),
    report: given.get('report'),
    keep: given.has('keep'),
  };
  const name = given.get('series');
  if (name === undefined) {
    const only = given.get('only')?.split(',') ?? [];
    return { kind: 'run', minutes: Number(given.get('minutes') ?? DEFAULT_MINUTES), only, ...common };
  }
  const entry = SERIES[name];
  if (!entry) return wrong(`there is no series ${name}`);
  const workers = given.get('workers');
  return {
    kind: 'series',
    name,
    count: Number(given.get('count') ?? entry.count),
    workers: workers === undefined ? undefined : Number(workers),
    ...common,
  };
};

const wrong = (message: string): Command => ({ kind: 'wrong', message });
