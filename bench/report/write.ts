/** The files of a run. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchReport, writeJson } from '../whole/report.js';

export const writeRun = (out: string, reports: readonly BenchReport[], interrupted: boolean): void => {
  mkdirSync(out, { recursive: true });
  writeJson(join(out, 'results.json'), { format: 1, ...(interrupted ? { interrupted } : {}), reports: [...reports] });
};
