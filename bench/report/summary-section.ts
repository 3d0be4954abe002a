/** What it comes to, before all details: what is better here, what is better elsewhere, and what is not known. */
import { SUITES, suiteOf } from '../suites.js';
import type { BenchReport } from '../whole/report.js';
import type { Block } from './blocks.js';
import { type Finding, figureOf, findingsOf, headlinesOf, type Party } from './figures.js';
import { missingPrograms } from './machine-section.js';

/** So many others are named one by one. */
const FEW = 2;

const all = (reports: readonly BenchReport[]): Finding[] =>
  reports.flatMap((report) => {
    const suite = suiteOf(report.suite);
    return suite ? findingsOf(suite, report) : [];
  });

const peersOf = ({ parties }: Finding): Party[] =>
  parties.filter(({ role, value }) => role === 'peer' && !Number.isNaN(value));

/** The one that comes closest to the best. */
const bestOf = (peers: readonly Party[], { metric }: Finding): Party =>
  peers.toSorted((a, b) => (metric.better === 'less' ? a.value - b.value : b.value - a.value))[0]!;

const told = ({ shown, compared }: Party): string => `${compared!.words} ${shown}`;

/** One line: the title, ours, and each of the others with that verdict. */
const line = (finding: Finding, verdict: 'better' | 'worse' | 'same'): string | undefined => {
  const peers = peersOf(finding);
  const some = peers.filter(({ compared }) => compared?.verdict === verdict);
  if (some.length === 0) return undefined;
  const { comparison, lead } = finding;
  const begin = `${comparison.title}: ${lead.label} ${lead.shown}`;
  if (some.length <= FEW) return `${begin}, ${some.map(told).join(', and ')}.`;
  const count = `${some.length === peers.length ? 'all' : `${some.length} of`} ${peers.length} others`;
  if (verdict === 'better') return `${begin}, better than ${count}; the best of these: ${told(bestOf(some, finding))}.`;
  const names = some.map(({ label, shown }) => `${label} ${shown}`).join(', ');
  return `${begin}; ${verdict === 'worse' ? 'better' : 'about the same'} in ${count}: ${names}.`;
};

const lines = (findings: readonly Finding[], verdict: 'better' | 'worse' | 'same'): string[] =>
  findings.flatMap((finding) => line(finding, verdict) ?? []);

const missedLimits = (reports: readonly BenchReport[]): string[] =>
  reports.flatMap((report) => {
    const suite = suiteOf(report.suite);
    return report.results.flatMap((row) =>
      suite && row.limit?.verdict === 'MISSED'
        ? [`${suite.title}: ${row.name}, ${row.metric}: ${figureOf(suite, row)} (${row.limit.is}).`]
        : [],
    );
  });

/** Suites that gave nothing, with the reason. */
export const notMeasured = (reports: readonly BenchReport[]): string[] => {
  const bySuite = new Map(reports.map((report) => [report.suite, report]));
  const suites = SUITES.flatMap(({ name, title }) => {
    const report = bySuite.get(name);
    if (!report) return [`${title} (\`${name}\`) was not run.`];
    if (!report.trouble) return [];
    const what = report.trouble.kind === 'failed' ? 'failed' : 'could not be measured';
    return [`${title} (\`${name}\`) ${what}: ${report.trouble.why}.`];
  });
  return [...suites, ...missingPrograms(reports)];
};

const limitCount = (reports: readonly BenchReport[]): string => {
  const limits = reports.flatMap(({ results }) => results.flatMap(({ limit }) => limit ?? []));
  const count = (verdict: string): number => limits.filter((limit) => limit.verdict === verdict).length;
  const more = count('undecided') + count('not measured');
  return `${count('met')} of ${limits.length} limits are met, ${count('MISSED')} missed${more > 0 ? `, ${more} undecided or not measured` : ''}.`;
};

export const summarySection = (reports: readonly BenchReport[]): Block[] => {
  const findings = all(reports);
  const alone = reports.flatMap((report) => {
    const suite = suiteOf(report.suite);
    return suite && suite.comparisons.length === 0 ? headlinesOf(suite, report) : [];
  });
  return [
    { kind: 'heading', level: 2, text: 'In short', id: 'short' },
    {
      kind: 'columns',
      columns: [
        { title: 'Sluice is better', tone: 'good', items: lines(findings, 'better'), none: 'Nowhere in this run.' },
        { title: 'Others are better', tone: 'bad', items: lines(findings, 'worse'), none: 'Nowhere in this run.' },
      ],
    },
    {
      kind: 'columns',
      columns: [
        { title: 'No real difference', tone: 'plain', items: lines(findings, 'same'), none: 'Nowhere in this run.' },
        {
          title: 'Our own limits that are missed',
          tone: 'bad',
          items: [limitCount(reports), ...missedLimits(reports)],
          none: '',
        },
      ],
    },
    ...(alone.length === 0
      ? []
      : ([
          { kind: 'paragraph', text: 'Measured without anybody beside us:' },
          { kind: 'facts', rows: alone.map(({ label, shown }) => [label, shown] as const) },
        ] as const)),
    {
      kind: 'notice',
      tone: 'careful',
      title: 'What could not be measured',
      texts: notMeasured(reports).length > 0 ? notMeasured(reports) : ['Nothing is missing.'],
    },
  ];
};
