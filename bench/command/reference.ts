/** The parts of docs/ref/benchmarks.md that are made of what suites say of themselves. */
import type { Option, ProgramName, SuiteAbout } from '../common/definition.js';
import { PROGRAMS } from '../common/programs.js';
import { SUITES } from '../suites.js';
import { duration, totalMinutes } from './help.js';
import { COMMON_OPTIONS, WHOLE_OPTIONS } from './options.js';

const END = '<!-- end of what is made -->';

/** Comment by which the part about a suite begins, or the one about all of them. */
const beginOf = (name: string): string => `<!-- made: ${name} -->`;

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll('*', String.raw`\*`);

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);

const optionRows = (options: readonly Option[]): string[][] =>
  options.map(({ name, value, meaning }) => [
    `\`--${name}${value === undefined ? '' : ` ${value.replaceAll('|', String.raw`\|`)}`}\``,
    cell(meaning),
  ]);

const titles = (names: readonly ProgramName[]): string => names.map((name) => PROGRAMS[name].title).join(', ');

const DIRECTIONS = { less: 'less', more: 'more', neither: '' } as const;

const aboutAll = (): string[] => [
  ...table(
    ['suite', 'measures', '`--quick`', 'in full'],
    SUITES.map(({ name, measures, minutes }) => [
      `[${name}](#${name})`,
      measures,
      duration(minutes.quick),
      duration(minutes.full),
    ]),
  ),
  '',
  `All of them take about ${duration(totalMinutes(SUITES, 'quick'))} in their quick form, on two cores.`,
  '',
  ...table(['without a suite', ''], optionRows(WHOLE_OPTIONS)),
  '',
  ...table(['with every suite', ''], optionRows(COMMON_OPTIONS)),
];

const aboutOne = (suite: SuiteAbout): string[] => {
  const { name, title, why, how, quickly, options, needs, needsClips, peers, beside, minutes, caveats, metrics } =
    suite;
  const needed = [titles(needs), needsClips === undefined ? '' : `labelled clips with ${needsClips}`].filter(Boolean);
  return [
    `**${title}.** ${why}`,
    '',
    how,
    '',
    `* It takes about ${duration(minutes.quick)} with \`--quick\`, ${duration(minutes.full)} in full.`,
    ...(quickly === undefined ? [] : [`* Quick: ${quickly}.`]),
    ...(needed.length > 0 ? [`* It needs ${needed.join(' and ')}.`] : []),
    `* Beside it: ${[titles(peers), beside ?? ''].filter(Boolean).join('. ') || 'nobody'}${beside ? '' : '.'}`,
    ...caveats.map((caveat) => `* ${caveat}`),
    '',
    ...(options.length > 0 ? [...table([`\`npm run bench -- ${name}\``, ''], optionRows(options)), ''] : []),
    ...table(
      ['figure', 'unit', 'better', 'meaning'],
      metrics.map((metric) => [cell(metric.name), cell(metric.unit), DIRECTIONS[metric.better], metric.meaning]),
    ),
  ];
};

/** Parts by the comment with which they begin. */
export const madeParts = (): ReadonlyMap<string, string> =>
  new Map([
    [beginOf('all'), aboutAll().join('\n')],
    ...SUITES.map((suite) => [beginOf(suite.name), aboutOne(suite).join('\n')] as const),
  ]);

/**
 * The text with its made parts made anew.
 * @throws Error if the place for one is missing
 */
export const withMadeParts = (text: string): string => {
  let made = text;
  for (const [begin, part] of madeParts()) {
    const from = made.indexOf(begin);
    const to = made.indexOf(END, from);
    if (from < 0 || to < 0) throw new Error(`there is no place for ${begin}, or ${END} is missing behind it`);
    made = `${made.slice(0, from)}${begin}\n\n${part}\n\n${made.slice(to)}`;
  }
  return made;
};
