/** What `--help` says. */
import type { Option, SuiteAbout } from '../common/definition.js';
import { PROGRAMS } from '../common/programs.js';
import { SUITES } from '../suites.js';
import { COMMON_OPTIONS, WHOLE_OPTIONS } from './options.js';

const columns = (rows: readonly (readonly [string, string])[]): string[] => {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
};

const written = ({ name, value }: Option): string => (value === undefined ? `--${name}` : `--${name} ${value}`);

const options = (all: readonly Option[]): string[] => columns(all.map((each) => [written(each), each.meaning]));

/** `40 s`, `5 min`, `1 h`. */
export const duration = (minutes: number): string => {
  if (minutes < 0.95) return `${Math.max(5, Math.round((minutes * 60) / 5) * 5)} s`;
  return minutes >= 55 ? `${Math.round(minutes / 6) / 10} h` : `${Math.round(minutes)} min`;
};

export const totalMinutes = (suites: readonly SuiteAbout[], form: 'quick' | 'full'): number =>
  suites.reduce((sum, { minutes }) => sum + minutes[form], 0);

export const helpOfAll = (): string =>
  [
    'usage: npm run bench -- [--out DIR] [--only SUITE,…] [--skip SUITE,…] [--full]',
    '       npm run bench -- --from FILE… [--out DIR]',
    '       npm run bench -- SUITE [--quick] [--json FILE] [options of the suite]',
    '',
    `Without a suite, all of them run in their quick form, one after the other (about ${duration(totalMinutes(SUITES, 'quick'))}), and a page`,
    'of results is written: index.html, index.md and results.json. Build first: npm run build.',
    '',
    'Suites, with how long they take quick and in full:',
    ...columns(
      SUITES.map(({ name, measures, minutes }) => [
        `${name.padEnd(13)}${duration(minutes.quick).padStart(6)}${duration(minutes.full).padStart(8)}`,
        measures,
      ]),
    ),
    '',
    'Options without a suite:',
    ...options(WHOLE_OPTIONS),
    '',
    'Options of every suite (npm run bench -- SUITE --help has its own):',
    ...options(COMMON_OPTIONS),
    '',
    'Examples:',
    ...columns([
      ['npm run bench', 'all suites, and the page in bench-results/'],
      ['npm run bench -- --only density,kernel', 'two of them'],
      ['npm run bench -- density --json density.json', 'one in its full form'],
      ['npm run bench -- --from bench-results/results.json density.json', 'the page, with that one in it'],
    ]),
    '',
    'It ends with 0; with 1 if a suite failed, 2 if the command was wrong, 130 if it was interrupted.',
    '',
  ].join('\n');

export const helpOfSuite = ({
  name,
  measures,
  why,
  options: own,
  minutes,
  needs,
  needsClips,
  peers,
  quickly,
}: SuiteAbout): string => {
  const titles = (programs: readonly (keyof typeof PROGRAMS)[]): string =>
    programs.map((each) => PROGRAMS[each].title).join(', ');
  const needed = [titles(needs), needsClips ? `labelled clips (${needsClips})` : ''].filter((each) => each !== '');
  return [
    `usage: npm run bench -- ${name} [options]`,
    '',
    `Measures ${measures}.`,
    why,
    `Takes about ${duration(minutes.quick)} with --quick, ${duration(minutes.full)} in full.`,
    ...(quickly === undefined ? [] : [`Quick: ${quickly}.`]),
    ...(needed.length > 0 ? [`Needs: ${needed.join(', ')}.`] : []),
    ...(peers.length > 0 ? [`Measured beside it, if installed: ${titles(peers)}.`] : []),
    '',
    ...options([...own, ...COMMON_OPTIONS]),
    '',
  ].join('\n');
};
