import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { watchFamily } from '../../../../bench/whole/family-time.js';

const BURN =
  'const end = process.cpuUsage().user + 1_500_000; while (process.cpuUsage().user < end); console.log(1); setInterval(() => {}, 1000)';

it.skipIf(process.platform !== 'linux')('counts a process whose parent was killed before it', async () => {
  const family = watchFamily();
  const shell = spawn('/bin/sh', ['-c', `'${process.execPath}' -e '${BURN}' & echo $!; wait`]);
  let said = '';
  shell.stdout.on('data', (text) => (said += text));
  onTestFinished(() => {
    process.kill(Number(said.split('\n')[0]), 'SIGKILL');
  });
  await expect.poll(() => said, { timeout: 60_000 }).toMatch(/^\d+\n1\n/);
  // By now it has been looked at, for it takes more than a second.
  shell.kill('SIGKILL');
  await once(shell, 'exit');
  expect(family()).toBeGreaterThan(1_000_000);
});
