/** Parses the command line of the benchmarks. */
import { nearest } from '../../engine/core/nearest.js';
import type { Option, SuiteAbout } from '../common/definition.js';
import type { BenchOptions } from '../common/result.js';
import { SUITES, suiteOf } from '../suites.js';
import { optionsOf, WHOLE_OPTIONS } from './options.js';

export interface WholePlan {
  out: string;
  suites: readonly SuiteAbout[];
  quick: boolean;
  /** Passed on to the suites that need labelled clips. */
  clips: string | undefined;
  patienceMinutes: number | undefined;
}

export type Command =
  | { kind: 'help'; suite?: SuiteAbout }
  | { kind: 'wrong'; message: string }
  | { kind: 'suite'; suite: SuiteAbout; json: string | undefined; options: BenchOptions }
  | { kind: 'page'; out: string; files: readonly string[] }
  | ({ kind: 'whole' } & WholePlan);

const DEFAULT_OUT = 'bench-results';

class Wrong extends Error {}

const instead = (word: string, known: readonly string[], dash = ''): string => {
  const close = nearest(word, known);
  return close === undefined ? '' : `; did you mean ${dash}${close}?`;
};

const checked = ({ name, value = '' }: Option, given: string | undefined): string => {
  if (given === undefined || given.startsWith('--')) throw new Wrong(`--${name} needs a value: --${name} ${value}`);
  if (value === 'N' && !(Number(given) > 0 && Number.isFinite(Number(given)))) {
    throw new Wrong(`--${name} must be a number above 0, not ${given}`);
  }
  const choices = value.split('|');
  if (/^[a-z0-9-]+(?:\|[a-z0-9-]+)*$/.test(value) && !choices.includes(given)) {
    throw new Wrong(`--${name} must be ${choices.join(' or ')}, not ${given}${instead(given, choices)}`);
  }
  return given;
};

/** The nearest of these, or of those without a suite. */
const optionHint = (name: string, known: readonly Option[]): string => {
  const names = (options: readonly Option[]): string[] => options.map((option) => option.name);
  const own = instead(name, names(known), '--');
  const close = nearest(name, names(WHOLE_OPTIONS));
  return own !== '' || close === undefined ? own : `; --${close} is there without a suite`;
};

/** Options by name; one that takes several values has them all. */
const read = (words: readonly string[], known: readonly Option[], where: string): Map<string, string[]> => {
  const given = new Map<string, string[]>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (!word.startsWith('--')) throw new Wrong(`${word} belongs to no option of ${where}`);
    const [name = '', ...rest] = word.slice(2).split('=');
    const option = known.find((each) => each.name === name);
    if (!option) {
      throw new Wrong(`${where} has no option --${name}${optionHint(name, known)}`);
    }
    if (option.value === undefined) {
      if (rest.length > 0) throw new Wrong(`--${name} takes no value`);
      given.set(name, ['true']);
      continue;
    }
    const values = [checked(option, rest.length > 0 ? rest.join('=') : words[++at])];
    if (option.value.endsWith('FILE…')) while (words[at + 1]?.startsWith('--') === false) values.push(words[++at]!);
    given.set(name, [...(given.get(name) ?? []), ...values]);
  }
  return given;
};

const takesValue = (word: string | undefined, options: readonly Option[]): boolean =>
  options.some(({ name, value }) => word === `--${name}` && value !== undefined);

const named = (text: string, option: string): SuiteAbout[] =>
  text
    .split(',')
    .filter((name) => name !== '')
    .map((name) => {
      const suite = suiteOf(name);
      if (!suite) throw new Wrong(`--${option}: ${unknownSuite(name)}`);
      return suite;
    });

const unknownSuite = (name: string): string => {
  const names = SUITES.map((suite) => suite.name);
  return `there is no suite ${name}${instead(name, names) || `; there are ${names.join(', ')}`}`;
};

const whole = (words: readonly string[]): Command => {
  const given = read(words, WHOLE_OPTIONS, 'a run of all suites');
  if (given.has('help')) return { kind: 'help' };
  const one = (name: string): string | undefined => given.get(name)?.at(-1);
  const out = one('out') ?? DEFAULT_OUT;
  const files = given.get('from');
  if (files) return { kind: 'page', out, files };
  if (given.has('quick') && given.has('full')) throw new Wrong('--quick and --full exclude each other');
  const only = given.has('only') ? named(given.get('only')!.join(','), 'only') : SUITES;
  const skip = named(given.get('skip')?.join(',') ?? '', 'skip');
  const suites = SUITES.filter((suite) => only.includes(suite) && !skip.includes(suite));
  if (suites.length === 0) throw new Wrong('--only and --skip leave no suite');
  const patience = one('patience');
  return {
    ...{ kind: 'whole', out, suites, quick: !given.has('full'), clips: one('clips') },
    patienceMinutes: patience === undefined ? undefined : Number(patience),
  };
};

const single = (name: string, words: readonly string[]): Command => {
  const suite = suiteOf(name);
  if (!suite) throw new Wrong(unknownSuite(name));
  const more = words.find((word, at) => suiteOf(word) && !takesValue(words[at - 1], optionsOf(suite)));
  if (more) throw new Wrong(`one suite at a time, or several with --only ${name},${more}`);
  const given = read(words, optionsOf(suite), name);
  if (given.has('help')) return { kind: 'help', suite };
  const args = new Map([...given].map(([key, values]) => [key, values.at(-1)!]));
  return { kind: 'suite', suite, json: args.get('json'), options: { quick: args.has('quick'), args } };
};

/** @param argv what comes after the program */
export const parseArguments = (argv: readonly string[]): Command => {
  const at = argv.findIndex((word) => !word.startsWith('--'));
  try {
    // `--help` and flags may stand before the suite; a word behind an option that takes a value is that value.
    if (at < 0 || takesValue(argv[at - 1], WHOLE_OPTIONS)) return whole(argv);
    return single(argv[at]!, argv.toSpliced(at, 1));
  } catch (error) {
    if (error instanceof Wrong) return { kind: 'wrong', message: error.message };
    throw error;
  }
};
