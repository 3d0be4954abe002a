/** The page of a run, for somebody who has never seen Sluice. */
import { SUITES, suiteOf } from '../suites.js';
import type { BenchReport } from '../whole/report.js';
import type { Block, Page } from './blocks.js';
import { machineSection, quietNotice } from './machine-section.js';
import { suiteSection } from './suite-section.js';
import { summarySection } from './summary-section.js';

export interface PageOptions {
  reports: readonly BenchReport[];
  /** The run ended before all suites had their turn. */
  interrupted: boolean;
  /** Whether a file lies beside the page. */
  hasFile: (name: string) => boolean;
}

const when = (reports: readonly BenchReport[]): string => {
  const days = [...new Set(reports.flatMap(({ started }) => started?.slice(0, 10) ?? []))].sort();
  if (days.length === 0) return 'at an unknown time';
  return days.length === 1 ? `on ${days[0]}` : `between ${days[0]} and ${days.at(-1)}`;
};

const forms = (reports: readonly BenchReport[]): Block[] => {
  const quick = reports.filter((report) => report.quick === true);
  if (quick.length === 0) return [];
  const which = quick.length === reports.length ? 'All suites' : quick.map(({ suite }) => `\`${suite}\``).join(', ');
  return [
    {
      ...({ kind: 'notice', tone: 'careful', title: 'Short runs' } as const),
      texts: [
        `${which} ran in the quick form. It shows roughly where things stand; a claim needs the full form (\`npm run bench -- --full\`).`,
      ],
    },
  ];
};

const trouble = (reports: readonly BenchReport[], interrupted: boolean): Block[] => {
  const failed = reports.filter((report) => report.trouble?.kind === 'failed').map(({ suite }) => suite);
  const texts = [
    ...(interrupted ? ['The run was interrupted; what was measured before is here.'] : []),
    ...(failed.length > 0 ? [`Failed: ${failed.join(', ')}. The sections below say why.`] : []),
  ];
  return texts.length === 0 ? [] : [{ kind: 'notice', tone: 'bad', title: 'This run is not whole', texts }];
};

const contents = (reports: readonly BenchReport[]): Block => ({
  kind: 'links',
  links: [
    { text: 'In short', to: '#short' },
    { text: 'The machine', to: '#machine' },
    ...ordered(reports).map(({ suite, report }) => ({ text: suite.title, to: `#suite-${report.suite}` })),
    { text: 'Measure it yourself', to: '#again' },
  ],
});

/** As the list of suites has them. */
const ordered = (reports: readonly BenchReport[]) =>
  SUITES.flatMap((suite) => {
    const report = reports.find((each) => each.suite === suite.name);
    return report ? [{ suite, report }] : [];
  });

const again: Block[] = [
  { kind: 'heading', level: 2, text: 'Measure it yourself', id: 'again' },
  {
    kind: 'paragraph',
    text: 'On a machine with nothing else to do: `npm run setup -- --with-bench --with-tests`, then `npm run bench`. `npm run bench -- --help` lists suites and options; docs/ref/benchmarks.md says how each one measures.',
  },
];

export const pageOf = ({ reports, interrupted, hasFile }: PageOptions): Page => {
  const known = reports.filter(({ suite }) => suiteOf(suite));
  return {
    title: 'Sluice, measured',
    blocks: [
      { kind: 'heading', level: 1, text: 'Sluice, measured', id: 'top' },
      {
        kind: 'paragraph',
        text: `Sluice records video when something happens: cameras come in over RTSP, a motion detector, a signal or an inference server opens a gate, and what the gate lets through is kept. This page says what that costs and how well it works, beside other programs that were measured in the same run, ${when(known)}.`,
      },
      quietNotice(known),
      ...trouble(known, interrupted),
      ...forms(known),
      contents(known),
      ...summarySection(known),
      ...machineSection(known),
      ...ordered(known).flatMap(({ suite, report }) => {
        const { besides } = suite;
        return suiteSection(suite, report, besides && hasFile(besides.file) ? besides : undefined);
      }),
      ...again,
    ],
  };
};
