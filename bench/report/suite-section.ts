/** One suite: what and why, what came out, beside whom, and what to be careful with. */
import { duration } from '../command/help.js';
import { metricOf, type SuiteAbout } from '../common/definition.js';
import type { BenchResult } from '../common/result.js';
import { shown } from '../common/table.js';
import type { BenchReport } from '../whole/report.js';
import type { Block, Cell, Tone } from './blocks.js';
import { type Finding, figureOf, findingsOf, headlinesOf, isWorthless, type Party } from './figures.js';
import { gridsOf } from './grid.js';
import { disturbance, isQuiet, percent } from './quiet.js';

const DIRECTIONS = { less: 'less is better', more: 'more is better', neither: '' } as const;
const BARS = { less: 'Shorter bars are better.', more: 'Longer bars are better.', neither: '' } as const;
const TONES: Readonly<Record<string, Tone>> = { better: 'good', worse: 'bad', met: 'good', MISSED: 'bad' };

const word = ({ role, compared }: Party, isLead: boolean, doubt: string | undefined): Cell => {
  if (isLead) return { text: 'what the others are compared with' };
  if (role === 'ours') return { text: 'ours as well' };
  if (!compared) return { text: '' };
  const { words, verdict } = compared;
  if (role === 'floor') return { text: `ours is ${words}; no rival, a bound` };
  if (verdict === 'neither') return { text: words };
  if (doubt !== undefined) return { text: `ours is ${words}, but nothing follows from that` };
  const judged = { better: 'better', worse: 'not as good', same: 'no real difference' }[verdict];
  return { text: `ours is ${words}: ${judged}`, ...(TONES[verdict] ? { tone: TONES[verdict] } : {}) };
};

const bars = ({ comparison, metric, lead, parties, doubt }: Finding): Block => ({
  kind: 'bars',
  title: comparison.title,
  about: [metric.meaning, comparison.note ?? '', BARS[metric.better], doubt ? `Do not trust this: ${doubt}.` : '']
    .filter((each) => each !== '')
    .join(' '),
  ...(metric.isShare ? { most: 1 } : {}),
  bars: parties,
  rows: parties.map((party) => [
    { text: party.label },
    { text: party.shown, isNumber: true },
    word(party, party === lead, doubt),
  ]),
});

const limits = (suite: SuiteAbout, report: BenchReport): Block[] => {
  const { results } = report;
  const rows = results.flatMap((row): Cell[][] => {
    if (!row.limit) return [];
    const { is, verdict } = row.limit;
    const judged = isWorthless(suite, row, report)
      ? { text: `${verdict}, but do not trust it` }
      : { text: verdict, ...(TONES[verdict] ? { tone: TONES[verdict] } : {}) };
    const what = `${row.name}: ${row.metric}${row.versus === undefined ? '' : ` (${row.versus})`}`;
    return [[judged, { text: what }, { text: figureOf(suite, row), isNumber: true }, { text: is }]];
  });
  if (rows.length === 0) return [];
  const missed = results.filter(({ limit }) => limit?.verdict === 'MISSED').length;
  const caption = `${suite.title}, what it is to keep: ${missed === 0 ? 'none' : missed} of ${rows.length} missed`;
  return [{ kind: 'table', caption, head: ['Verdict', 'What', 'Measured', 'Limit'], rows }];
};

const everything = (suite: SuiteAbout, results: readonly BenchResult[]): Block => {
  const used = suite.metrics.filter((metric) => results.some((row) => metricOf(suite, row) === metric));
  return {
    kind: 'details',
    summary: `All ${results.length} figures, and what they mean`,
    blocks: [
      {
        kind: 'table',
        caption: `${suite.title}: what the figures mean`,
        head: ['Figure', 'Unit', 'Direction', 'Meaning'],
        rows: used.map(({ name, unit, better, meaning }) => [
          { text: name },
          { text: unit === '*' ? '' : unit },
          { text: DIRECTIONS[better] },
          { text: meaning },
        ]),
      },
      {
        kind: 'table',
        caption: `${suite.title}: all figures`,
        head: ['What', 'Figure', 'Measured', 'Unit', 'Against'],
        rows: results.map((row) => [
          { text: row.name },
          { text: row.metric },
          { text: row.missing ?? shown(row.value), isNumber: true },
          { text: row.unit },
          { text: row.ratio === undefined ? '' : `${shown(row.ratio)} × ${row.versus ?? ''}` },
        ]),
      },
    ],
  };
};

const load = (report: BenchReport): Block[] => {
  if (isQuiet(report) !== false) return [];
  const { before, during } = report.load!;
  const text = `Other programs took ${percent(disturbance(before))} of the processors before, and ${percent(disturbance(during))} during this suite.`;
  return [{ kind: 'notice', tone: 'careful', title: 'Not measured on a quiet machine', texts: [text] }];
};

const body = (suite: SuiteAbout, report: BenchReport, besides: SuiteAbout['besides']): Block[] => {
  const missing = report.results.flatMap((row) => (row.missing ? [`${row.name}: ${row.missing}.`] : []));
  const headlines = headlinesOf(suite, report).map(({ label, shown: figure }) => [label, figure] as const);
  return [
    ...load(report),
    ...(headlines.length > 0 ? [{ kind: 'facts', rows: headlines } as const] : []),
    ...gridsOf(suite, report),
    ...findingsOf(suite, report).map(bars),
    ...(missing.length > 0 ? [{ kind: 'notice', tone: 'careful', title: 'Left out', texts: missing } as const] : []),
    ...limits(suite, report),
    { kind: 'paragraph', text: 'To be careful with:' },
    { kind: 'list', items: suite.caveats },
    ...(besides ? [{ kind: 'links', links: [{ text: besides.text, to: besides.file }] } as const] : []),
    everything(suite, report.results),
  ];
};

const formOf = ({ name, quickly }: SuiteAbout, { quick, seconds }: BenchReport): string[] => {
  if (quick === undefined) return [];
  const less = quick && quickly !== undefined ? ` (${quickly})` : '';
  const took = seconds === undefined ? '' : `, in ${duration(seconds / 60)}`;
  return [`Measured in the ${quick ? 'quick' : 'full'} form of \`${name}\`${less}${took}.`];
};

/** @param besides another file of this run about the suite, beside the page */
export const suiteSection = (suite: SuiteAbout, report: BenchReport, besides: SuiteAbout['besides']): Block[] => {
  const beside = suite.beside === undefined ? [] : [`Beside it: ${suite.beside}`];
  return [
    { kind: 'heading', level: 2, text: suite.title, id: `suite-${suite.name}` },
    { kind: 'paragraph', text: suite.why },
    { kind: 'paragraph', text: [suite.how, ...beside, ...formOf(suite, report)].join(' ') },
    ...(report.trouble
      ? [
          {
            kind: 'notice',
            tone: 'bad',
            title: report.trouble.kind === 'failed' ? 'This suite failed' : 'This suite could not be measured',
            texts: [`${report.trouble.why}.`],
          } as const,
        ]
      : body(suite, report, besides)),
  ];
};
