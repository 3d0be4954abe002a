/** Stands for a suite in a process of its own: `node bench-suite.mjs SUITE --what WORD --json FILE`. */
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [, , suite] = process.argv;
/** @param {string} name */
const argument = (name) => process.argv[process.argv.indexOf(`--${name}`) + 1] ?? '';
const what = argument('what');
const machine = { cpu: 'x', cores: 1, memoryMiB: 1, node: process.version, platform: 'x' };
const results = [{ name: suite, metric: 'p50', value: Number.NaN, unit: 'ms' }];

// What a suite leaves behind if it is killed: files, and a process that its group has.
writeFileSync(join(mkdtempSync(join(tmpdir(), 'left-')), 'file'), 'x');
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
process.stderr.write(`left ${child.pid} ${tmpdir()}\n`);

if (what === 'measure') {
  writeFileSync(argument('json'), JSON.stringify({ suite, machine, results }));
  process.exit(0);
}
if (what === 'crash') {
  process.stderr.write('the camera is gone\n    at somewhere\n');
  process.kill(process.pid, 'SIGSEGV');
}
if (what === 'deaf') process.on('SIGINT', () => process.stderr.write('asked to end\n'));
setInterval(() => {}, 1000);
