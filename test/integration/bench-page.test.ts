import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeJson } from '../../bench/whole/report.js';
import { busyReports, inventedReports } from '../kit/bench-reports.js';
import { hasChromium, startChromium } from '../kit/chromium.js';
import { accessibilityFaults } from '../kit/page-rig.js';
import { LOOKS, type Look, lookAs } from '../kit/page-states.js';
import { tempDir } from '../kit/temp-dir.js';

const PROGRAM = resolve(import.meta.dirname, '../../dist/bench/main.js');

const bench = (...args: string[]) => spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8' });

describe('the command of the benchmarks', () => {
  it('makes the page of saved results', () => {
    const dir = tempDir();
    const file = join(dir, 'saved.json');
    writeJson(file, { format: 1, reports: inventedReports() });
    execFileSync(process.execPath, [PROGRAM, '--from', file, '--out', join(dir, 'out')], { stdio: 'ignore' });
    expect(readFileSync(join(dir, 'out/index.html'), 'utf8')).toContain('a third of Motion’s');
    expect(readFileSync(join(dir, 'out/index.md'), 'utf8')).toContain('a third of Motion’s');
    // What it has written can be read again, with what could not be measured.
    execFileSync(process.execPath, [PROGRAM, '--from', join(dir, 'out/results.json'), '--out', join(dir, 'again')], {
      stdio: 'ignore',
    });
    expect(readFileSync(join(dir, 'again/index.html'), 'utf8')).toBe(readFileSync(join(dir, 'out/index.html'), 'utf8'));
  });

  it('tells of a suite that it had no patience with, and fails', () => {
    const out = tempDir();
    const { status, stderr } = bench('--only', 'control', '--patience', '0.02', '--out', out);
    expect(status, stderr).toBe(1);
    expect(readFileSync(join(out, 'index.md'), 'utf8')).toMatch(/\(`control`\) failed: not over after .* --patience/);
    expect(existsSync(join(out, 'control.json'))).toBe(false);
  });

  it('ends with 2 if it was called wrongly', () => {
    expect(bench('densty')).toMatchObject({ status: 2, stderr: expect.stringContaining('did you mean density?') });
    expect(bench('--from', '/nowhere.json')).toMatchObject({ status: 2, stderr: expect.stringContaining('/nowhere') });
    expect(bench('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('usage:') });
  });
});

describe.skipIf(!hasChromium)('the page of results in a browser', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await startChromium();
  });

  afterAll(() => browser?.close());

  it('has nothing that axe-core is against, and nothing that is cut off, in light, in dark and on a phone', async () => {
    const dir = tempDir();
    const found: string[] = [];
    for (const [name, reports] of Object.entries({ quiet: inventedReports(), busy: busyReports() })) {
      const file = join(dir, `${name}.json`);
      writeJson(file, { format: 1, reports });
      execFileSync(process.execPath, [PROGRAM, '--from', file, '--out', join(dir, name)], { stdio: 'ignore' });
      // Axe runs in the page, whose own policy lets nothing run.
      const page = await browser.newPage({ bypassCSP: true });
      page.on('request', (request) => {
        if (!request.url().startsWith('file:')) found.push(`${name}: asks for ${request.url()}`);
      });
      await page.goto(pathToFileURL(join(dir, name, 'index.html')).href);
      await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
      for (const look of Object.keys(LOOKS) as Look[]) {
        await lookAs(page, look);
        const wide = await page.evaluate<number>('document.scrollingElement.scrollWidth - innerWidth');
        if (wide > 0) found.push(`${name}, ${look}: ${wide} pixels wider than the screen`);
        found.push(...(await accessibilityFaults(page)).map((each) => `${name}, ${look}: ${each}`));
        found.push(...(await page.evaluate<string[]>(OVERLAPS)).map((each) => `${name}, ${look}: ${each}`));
      }
      await page.close();
    }
    expect(found).toEqual([]);
  });
});

/** Texts of a drawing that lie over each other. */
const OVERLAPS = `[...document.querySelectorAll('svg')].flatMap((svg) => {
  const texts = [...svg.querySelectorAll('text')].map((text) => ({ words: text.textContent, box: text.getBoundingClientRect() }));
  return texts.flatMap((one, index) => texts.slice(index + 1).filter(({ box }) =>
    box.left < one.box.right && one.box.left < box.right && box.top + 4 < one.box.bottom && one.box.top + 4 < box.bottom
  ).map(({ words }) => one.words + ' lies over ' + words));
})`;
