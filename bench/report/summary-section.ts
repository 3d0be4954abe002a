/** What it comes to, before all details: what is better here, what is better elsewhere, and what is not known. */
import type { Limit } from '../common/result.js';
import { SUITES, suiteOf } from '../suites.js';
import type { BenchReport } from '../whole/report.js';
import type { Block, Item, Tone } from './blocks.js';
import { type Finding, figureOf, findingsOf, headlinesOf, isWorthless, type Party } from './figures.js';
import { missingPrograms } from './machine-section.js';

type Verdict = 'better' | 'worse' | 'same';

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

/** Ours, and each of the others with that verdict. */
const item = (finding: Finding, verdict: Verdict): Item | undefined => {
  const peers = peersOf(finding);
  const some = peers.filter(({ compared }) => compared?.verdict === verdict);
  if (some.length === 0) return undefined;
  const { comparison, lead } = finding;
  const say = (text: string): Item => ({ lead: comparison.title, text: `${lead.label} ${lead.shown}${text}.` });
  if (some.length <= FEW) return say(`, ${some.map(told).join(', and ')}`);
  const count = `${some.length === peers.length ? 'all' : `${some.length} of`} ${peers.length} others`;
  if (verdict === 'better') return say(`, better than ${count}; the best of these: ${told(bestOf(some, finding))}`);
  const names = some.map(({ label, shown }) => `${label} ${shown}`).join(', ');
  return say(verdict === 'worse' ? `; ${count} are better: ${names}` : `, about the same as ${count}: ${names}`);
};

const items = (findings: readonly Finding[], verdict: Verdict): Item[] =>
  findings.flatMap((finding) => item(finding, verdict) ?? []);

const column = (title: string, tone: Tone, all: readonly Item[]) => ({
  ...{ title, items: all, none: 'Nowhere in this run.' },
  tone: all.length === 0 ? ('plain' as const) : tone,
});

const missedLimits = (reports: readonly BenchReport[]): Item[] =>
  reports.flatMap((report) => {
    const suite = suiteOf(report.suite);
    return report.results.flatMap((row) =>
      suite && row.limit?.verdict === 'MISSED' && !isWorthless(suite, row, report)
        ? [
            {
              lead: suite.title,
              text: `${row.name}, ${row.metric}${row.versus ? ` (${row.versus})` : ''}: ${figureOf(suite, row)} (${row.limit.is}).`,
            },
          ]
        : [],
    );
  });

/** What was measured, but in vain. */
const doubts = (reports: readonly BenchReport[], doubtful: readonly Finding[]): string[] =>
  reports.flatMap((report) => {
    const suite = suiteOf(report.suite);
    if (suite?.proof === undefined) return [];
    const titles = doubtful.filter((finding) => finding.suite === suite).map(({ comparison }) => comparison.title);
    const limits = report.results.filter((row) => row.limit && isWorthless(suite, row, report)).length;
    if (titles.length === 0 && limits === 0) return [];
    const what = [...titles, ...(limits > 0 ? [`${limits} limits`] : [])].join('; ');
    return [
      `${suite.title} (\`${suite.name}\`): nothing follows from this run, because ${suite.proof.why}. This concerns: ${what}.`,
    ];
  });

/** Suites that gave nothing, with the reason. */
const notMeasured = (reports: readonly BenchReport[]): string[] => {
  const bySuite = new Map(reports.map((report) => [report.suite, report]));
  const without = SUITES.filter(({ name }) => !bySuite.has(name)).map(({ title, name }) => `${title} (\`${name}\`)`);
  const troubles = SUITES.flatMap(({ name, title }) => {
    const trouble = bySuite.get(name)?.trouble;
    if (!trouble) return [];
    const what = trouble.kind === 'failed' ? 'failed' : 'could not be measured';
    return [`${title} (\`${name}\`) ${what}: ${trouble.why}.`];
  });
  return [
    ...troubles,
    ...missingPrograms(reports),
    ...(without.length > 0 ? [`Not part of this run: ${without.join('; ')}.`] : []),
  ];
};

const limitCount = (limits: readonly Limit[]): Item => {
  const count = (verdict: Limit['verdict']): number => limits.filter((limit) => limit.verdict === verdict).length;
  const more = count('undecided') + count('not measured');
  const rest = more > 0 ? `, ${more} undecided or not measured` : '';
  return { lead: 'In all', text: `${count('met')} of ${limits.length} met, ${count('MISSED')} missed${rest}.` };
};

export const summarySection = (reports: readonly BenchReport[]): Block[] => {
  const found = all(reports);
  const findings = found.filter(({ doubt }) => doubt === undefined);
  const doubtful = found.filter(({ doubt }) => doubt !== undefined);
  const limits = reports.flatMap(({ results }) => results.flatMap(({ limit }) => limit ?? []));
  const missed = missedLimits(reports);
  const gaps = [...doubts(reports, doubtful), ...notMeasured(reports)];
  const alone = reports.flatMap((report) => {
    const suite = suiteOf(report.suite);
    return suite && suite.comparisons.length === 0 ? headlinesOf(suite, report) : [];
  });
  return [
    { kind: 'heading', level: 2, text: 'In short', id: 'short' },
    {
      kind: 'columns',
      columns: [
        column('Sluice is better', 'good', items(findings, 'better')),
        column('Others are better', 'bad', items(findings, 'worse')),
      ],
    },
    {
      kind: 'columns',
      columns: [
        column('No real difference', 'plain', items(findings, 'same')),
        {
          ...{ title: 'Our own limits', none: 'No figure of this run has one.' },
          tone: missed.length > 0 ? 'bad' : 'plain',
          items: limits.length === 0 ? [] : [limitCount(limits), ...missed],
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
      texts: gaps.length > 0 ? gaps : ['Nothing is missing.'],
    },
  ];
};
