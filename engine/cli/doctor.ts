import { Command } from 'commander';
import { examine } from '../doctor/examine.js';
import { printResult } from './results.js';

const MARK = { good: 'ok  ', warning: 'warn', bad: 'FAIL' } as const;

export const doctorCommand = (): Command =>
  new Command('doctor')
    .description('Checks what this machine has and says how to fix what is missing.')
    .option('--data <dir>', 'data folder to check', './data')
    .option('--json', 'findings as JSON')
    .action(async (options: { data: string; json?: boolean }) => {
      const findings = await examine(options.data);
      if (options.json) printResult(`${JSON.stringify(findings, null, 2)}\n`);
      else {
        for (const { verdict, what, detail, mend } of findings) {
          printResult(`${MARK[verdict]}  ${what}: ${detail}\n`);
          if (mend && verdict !== 'good') printResult(`      ${mend}\n`);
        }
      }
      if (findings.some(({ verdict }) => verdict === 'bad')) process.exitCode = 1;
    });
