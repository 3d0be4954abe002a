/** Figures as people read them, and what comparisons come to. */
import { type Comparison, labelOf, type Metric, metricOf, type Side, type SuiteAbout } from '../common/definition.js';
import type { BenchResult } from '../common/result.js';
import { shown } from '../common/table.js';
import type { BenchReport } from '../whole/report.js';
import { type Compared, compare } from './ratio-words.js';

/** A figure with its unit; a share in percent. */
const figure = (value: number, unit: string, isShare: boolean): string => {
  if (Number.isNaN(value)) return 'not measured';
  if (isShare) return `${Number((100 * value).toFixed(1))} %`;
  return unit === '' ? shown(value) : `${shown(value)} ${unit}`;
};

/** What a row says, in the words of the suite if it has some. */
export const figureOf = (about: SuiteAbout, row: BenchResult): string =>
  row.said ?? figure(row.value, row.unit, metricOf(about, row)?.isShare ?? false);

export interface Party {
  label: string;
  role: Side['role'];
  value: number;
  shown: string;
  /** It cannot be trusted. */
  worthless: boolean;
  /** Our figure against it; not there for ours. */
  compared?: Compared;
}

/** One comparison with what was measured. */
export interface Finding {
  suite: SuiteAbout;
  comparison: Comparison;
  metric: Metric;
  /** Ours that is told of in words. */
  lead: Party;
  /** All, the lead first. */
  parties: readonly Party[];
  /** Why nothing follows from it, if that is so. */
  doubt: string | undefined;
}

/** Whether what proves that the work was done says that it was not. */
export const isWorthless = ({ proof }: SuiteAbout, row: BenchResult, { results }: BenchReport): boolean =>
  proof !== undefined &&
  results.some(({ name, metric, value }) => name === row.name && metric === proof.metric && value < proof.least);

const partiesOf = (
  suite: SuiteAbout,
  { sides, metric }: Comparison,
  report: BenchReport,
  { isShare = false, better }: Pick<Metric, 'better'> & { isShare?: boolean },
): Party[] => {
  const byLabel = new Map<string, Party>();
  for (const row of report.results) {
    for (const side of sides) {
      const label = labelOf(side, row, metric);
      if (label === undefined) continue;
      const worthless = isWorthless(suite, row, report);
      const shownAs = figure(row.value, row.unit, isShare);
      const party = { label, role: side.role, value: row.value, shown: shownAs, worthless };
      const before = byLabel.get(label);
      // A row that says why there is no figure may come with one that has it.
      if (!before || Number.isNaN(before.value)) byLabel.set(label, party);
      break;
    }
  }
  // Ours as the suite has them, since the first one is told of; all others with the best one first.
  const place = ({ role }: Party): number => ['ours', 'peer', 'floor'].indexOf(role);
  const worse = (a: number, b: number): number => (better === 'more' ? b - a : a - b);
  const among = (a: Party, b: Party): number =>
    a.role === 'ours' ? order(a) - order(b) : worse(a.value || 0, b.value || 0);
  const order = ({ label }: Party): number => sides.findIndex((side) => side.label === label);
  return [...byLabel.values()].sort((a, b) => place(a) - place(b) || among(a, b));
};

/** Undefined if our own figure is not there. */
const findingOf = (suite: SuiteAbout, comparison: Comparison, report: BenchReport): Finding | undefined => {
  const metric = suite.metrics.find(({ name }) => name === comparison.metric);
  if (!metric) return undefined;
  const all = partiesOf(suite, comparison, report, metric);
  const lead = all.find(({ role, value }) => role === 'ours' && !Number.isNaN(value));
  if (!lead) return undefined;
  const compared = all.map((party) =>
    party.role === 'ours' ? party : { ...party, compared: compare(lead.value, party.value, party.label, metric) },
  );
  const parties = [lead, ...compared.filter(({ label }) => label !== lead.label)];
  const doubt = parties.some(({ worthless }) => worthless) ? suite.proof?.why : undefined;
  return { suite, comparison, metric, lead, parties, doubt };
};

export const findingsOf = (suite: SuiteAbout, report: BenchReport): Finding[] =>
  suite.comparisons.flatMap((comparison) => findingOf(suite, comparison, report) ?? []);

/** Rows that are told of first, where nobody is compared with. */
export const headlinesOf = (suite: SuiteAbout, { results }: BenchReport) =>
  suite.headlines.flatMap((rows) => {
    const row = results.find((each) => labelOf(rows, each, '*') !== undefined);
    return row ? [{ label: rows.label, row, shown: figureOf(suite, row) }] : [];
  });
