/** `npm run bench -- SUITE [--json FILE] [--quick] [--name value…]`: dispatches to one suite. */
import { type BenchOptions, type BenchSuite, table, writeReport } from './common/result.js';

const SUITES = [
  'kernel',
  'accuracy',
  'tracking',
  'latency',
  'clip-start',
  'density',
  'events',
  'control',
  'soak',
  'page',
  'live',
  'stills',
  'inference',
  'grpc-servers',
];

// Loaded only when asked for: a suite may need programs that others do without. A suite gets `quick`, the arguments as
// a map, and each argument under its own name, numbers as numbers.
const load = async (suite: string): Promise<BenchSuite> => (await import(`./${suite}/index.js`)) as BenchSuite;

function named(args: ReadonlyMap<string, string>): Record<string, string | number> {
  return Object.fromEntries(
    [...args].map(([name, value]) => [name, /^\d+(\.\d+)?$/.test(value) ? Number(value) : value]),
  );
}

function parse(argv: readonly string[]): {
  suite: string | undefined;
  json: string | undefined;
  options: BenchOptions;
} {
  const args = new Map<string, string>();
  let suite: string | undefined;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    if (!word.startsWith('--')) {
      suite ??= word;
      continue;
    }
    const next = argv[i + 1];
    const flag = word === '--quick' || next === undefined || next.startsWith('--');
    args.set(word.slice(2), flag ? 'true' : next);
    if (!flag) i++;
  }
  return { suite, json: args.get('json'), options: { quick: args.has('quick'), args } };
}

const { suite, json, options } = parse(process.argv.slice(2));
const USAGE = `usage: npm run bench -- ${SUITES.join('|')} [--json FILE] [--quick]\n`;
if (options.args.has('help')) {
  process.stdout.write(USAGE);
} else if (suite === undefined || !SUITES.includes(suite)) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  const given = await (await load(suite)).run({ ...named(options.args), ...options });
  const results = Array.isArray(given) ? given : given.results;
  process.stdout.write(`${table(results)}\n`);
  if (json !== undefined) writeReport(json, suite, results);
}
