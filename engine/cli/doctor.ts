import { resolve } from 'node:path';
import { Command } from 'commander';
import { type Config, ConfigError } from '../config/index.js';
import { loadConfig } from '../configuration.js';
import { version } from '../core/package-files.js';
import { writeBundle } from '../doctor/bundle/bundle.js';
import { examine } from '../doctor/examine.js';
import type { Finding } from '../doctor/finding.js';
import { printRemark, printResult } from './results.js';

interface DoctorOptions {
  data?: string;
  config?: string;
  json?: true;
  bundle?: string;
  log?: string;
}

const MARK = { good: 'ok  ', warning: 'warn', bad: 'FAIL' } as const;

export const doctorCommand = (): Command =>
  new Command('doctor')
    .description('Checks what this machine has and says how to fix what is missing.')
    .option('--data <dir>', 'data folder to check (default ./data, or as the settings say)')
    .option('--config <file>', 'configuration file to check')
    .option('--json', 'findings as JSON')
    .option('--bundle <file>', 'also writes a zip for whoever helps, without secrets; the file must not exist')
    .option('--log <file>', "log whose end goes into that zip (default: the service's in the system's journal)")
    .action(doctor);

const doctor = async ({ data, config: file, json, bundle, log }: DoctorOptions): Promise<void> => {
  const { config, finding } = settings(file, data);
  const named = config?.dataDir ?? data;
  const findings = [finding, ...(await examine(named, config?.hosts, config?.decode.hardware))];
  if (json) printResult(`${JSON.stringify(findings, null, 2)}\n`);
  else print(findings);
  if (findings.some(({ verdict }) => verdict === 'bad')) process.exitCode = 1;
  if (bundle === undefined) return;
  const dataDir = resolve(named ?? 'data');
  const options = { version: version(), dataDir, config, findings, logFile: log, env: process.env };
  const bytes = await writeBundle({ file: bundle, ...options });
  printRemark(`${bundle}: ${bytes} bytes. Look through it before you pass it on.\n`);
};

const settings = (file: string | undefined, data: string | undefined): { config?: Config; finding: Finding } => {
  const what = 'settings';
  try {
    const { config, files } = loadConfig({ file, overrides: data === undefined ? {} : { dataDir: data } });
    const from = files.length > 0 ? files.join(', ') : 'environment and defaults';
    return { config, finding: { what, verdict: 'good', detail: `valid (${from})` } };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { message, hint } = error;
    return { finding: { what, verdict: 'bad', detail: message, ...(hint === undefined ? {} : { mend: hint }) } };
  }
};

const print = (findings: readonly Finding[]): void => {
  for (const { verdict, what, detail, mend } of findings) {
    printResult(`${MARK[verdict]}  ${what}: ${detail}\n`);
    if (mend && verdict !== 'good') printResult(`      ${mend}\n`);
  }
};
