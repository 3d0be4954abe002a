/** `npm run bench -- --help` says what it does: one suite, all of them, or the page of saved results. */
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArguments, type WholePlan } from './command/arguments.js';
import { helpOfAll, helpOfSuite } from './command/help.js';
import { metricOf, type SuiteAbout } from './common/definition.js';
import type { BenchOptions, BenchSuite } from './common/result.js';
import { table } from './common/table.js';
import { writeRun } from './report/write.js';
import { runInChild } from './whole/child.js';
import { measureSuite } from './whole/measure.js';
import { readAll, UnreadableReport, writeJson } from './whole/report.js';
import { runWhole } from './whole/run.js';

/** Loaded only when asked for: a suite may need programs that others do without. */
const load = async (name: string): Promise<BenchSuite> => (await import(`./${name}/index.js`)) as BenchSuite;

const single = async (suite: SuiteAbout, json: string | undefined, options: BenchOptions): Promise<number> => {
  const report = await measureSuite(suite, () => load(suite.name), options);
  if (report.results.length > 0) process.stdout.write(`${table(report.results, suite)}\n`);
  for (const row of report.results) {
    if (!metricOf(suite, row)) process.stderr.write(`bench/${suite.name}/about.ts does not define ${row.metric}\n`);
  }
  if (json !== undefined) writeJson(json, report);
  if (!report.trouble) return 0;
  process.stderr.write(`${suite.name} could not be measured: ${report.trouble.why}\n`);
  return 1;
};

/** Enough for a machine that is several times as slow. */
const patienceOf = ({ minutes }: SuiteAbout, quick: boolean): number =>
  Math.max(20, 3 * (quick ? minutes.quick : minutes.full));

/** What a suite writes besides its results lies beside the page. */
const besides = ({ besides: file }: SuiteAbout, out: string): string[] => {
  if (!file) return [];
  const path = resolve(out, file.file);
  // One of an earlier run says nothing of this one.
  rmSync(path, { force: true });
  return [`--${file.option}`, path];
};

const all = async ({ out, suites, quick, clips, patienceMinutes }: WholePlan): Promise<number> => {
  const stop = new AbortController();
  // Pressed again, it would leave the suite's processes behind; they have ended in a few seconds.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const code = await runWhole({
    ...{ suites, out, stop: stop.signal },
    write: (reports, interrupted) => writeRun(out, reports, interrupted),
    runSuite: (suite, json) =>
      runInChild(suite, {
        command: [process.execPath, fileURLToPath(import.meta.url)],
        args: [
          ...(quick ? ['--quick'] : []),
          ...(clips !== undefined && (suite.needsClips || suite.usesClips) ? ['--clips', clips] : []),
          ...besides(suite, out),
        ],
        json,
        patienceMs: (patienceMinutes ?? patienceOf(suite, quick)) * 60_000,
        stop: stop.signal,
      }),
  });
  process.stderr.write(`\nresults: ${resolve(out, 'index.html')}\n`);
  return code;
};

const main = async (argv: readonly string[]): Promise<number> => {
  const command = parseArguments(argv);
  switch (command.kind) {
    case 'help':
      process.stdout.write(command.suite ? helpOfSuite(command.suite) : helpOfAll());
      return 0;
    case 'wrong':
      process.stderr.write(`bench: ${command.message}\nnpm run bench -- --help says what there is\n`);
      return 2;
    case 'suite':
      return single(command.suite, command.json, command.options);
    case 'page':
      writeRun(command.out, readAll(command.files), false);
      process.stderr.write(`page: ${resolve(command.out, 'index.html')}\n`);
      return 0;
    case 'whole':
      return all(command);
  }
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UnreadableReport)) throw error;
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = 2;
}
