/** `npm run chaos`: kills, stalls, fills and mutates what Sluice stands on, and judges what became of the recordings. */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArguments, usage } from './arguments.js';
import { type ChaosReport, markdownTable, shownViolation } from './report.js';
import { run } from './run.js';
import { SERIES } from './series/series.js';

const log = (line: string): void => void process.stderr.write(`${line}\n`);

const command = parseArguments(process.argv.slice(2), Date.now() % 1_000_000);

const show = (report: ChaosReport, seed: number, file: string | undefined): void => {
  // Where the numbers are from stands with them.
  const machine = `Seed ${seed}, Node.js ${process.versions.node}, ${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}.`;
  const table = `${machine}\n\n${markdownTable(report.rows)}`;
  process.stdout.write(`${[...report.lines, '', table, ''].join('\n')}\n`);
  if (file !== undefined) writeFileSync(file, `${table}\n`);
  for (const violation of report.violations) process.stdout.write(`VIOLATION ${shownViolation(violation)}\n`);
  process.stdout.write(`seed ${seed}: ${report.violations.length} violations\n`);
  process.exitCode = report.violations.length > 0 ? 1 : 0;
};

if (command.kind === 'help') {
  process.stdout.write(usage());
} else if (command.kind === 'wrong') {
  process.stderr.write(`${command.message}\n${usage()}`);
  process.exitCode = 2;
} else if (command.kind === 'series') {
  const { count, seed, workers } = command;
  const series = await SERIES[command.name]!.load();
  show(await series.run({ count, seed, log, ...(workers === undefined ? {} : { workers }) }), seed, command.report);
} else {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  show(await run({ ...command, log, signal: stop.signal }), command.seed, command.report);
}
