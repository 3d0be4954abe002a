/** The files of a run: its results, and the page that is made of them. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchReport, writeJson, writeWhole } from '../whole/report.js';
import { toHtml } from './html.js';
import { toMarkdown } from './markdown.js';
import { pageOf } from './page.js';

/** @param interrupted the run ended before all suites had their turn */
export const writeRun = (out: string, reports: readonly BenchReport[], interrupted: boolean): void => {
  mkdirSync(out, { recursive: true });
  writeJson(join(out, 'results.json'), { format: 1, ...(interrupted ? { interrupted } : {}), reports: [...reports] });
  const page = pageOf({ reports, interrupted, hasFile: (name) => existsSync(join(out, name)) });
  writeWhole(join(out, 'index.html'), toHtml(page));
  writeWhole(join(out, 'index.md'), toMarkdown(page));
};
