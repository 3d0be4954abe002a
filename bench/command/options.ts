/** What the command line may say. */
import type { Option, SuiteAbout } from '../common/definition.js';

/** Of every suite. */
export const COMMON_OPTIONS: readonly Option[] = [
  { name: 'json', value: 'FILE', meaning: 'writes the results there as JSON' },
  { name: 'quick', meaning: 'the short form: shows that all of it runs, and roughly where it stands' },
  { name: 'help', meaning: 'says this' },
];

/** Without a suite. */
export const WHOLE_OPTIONS: readonly Option[] = [
  { name: 'out', value: 'DIR', meaning: 'where the page and the results go (bench-results)' },
  { name: 'only', value: 'SUITE,…', meaning: 'only these suites' },
  { name: 'skip', value: 'SUITE,…', meaning: 'all but these' },
  { name: 'from', value: 'FILE…', meaning: 'makes the page of saved results, without running anything' },
  { name: 'full', meaning: 'each suite in its full form; this takes hours' },
  { name: 'quick', meaning: 'each suite in its short form, as without --full' },
  { name: 'clips', value: 'DIR', meaning: 'the labelled clips of accuracy and tracking (../shared/footage)' },
  { name: 'patience', value: 'N', meaning: 'ends a suite after so many minutes (20, or three times what it takes)' },
  { name: 'help', meaning: 'says this' },
];

export const optionsOf = (suite: SuiteAbout): readonly Option[] => [...suite.options, ...COMMON_OPTIONS];
