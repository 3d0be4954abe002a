import { describe, expect, it } from 'vitest';
import { gridsOf } from '../../../../bench/report/grid.js';
import { toMarkdown } from '../../../../bench/report/markdown.js';
import { suiteOf } from '../../../../bench/suites.js';
import { inventedReports } from '../../../kit/bench-reports.js';

const about = suiteOf('density')!;
const report = inventedReports()[0]!;
const row = (name: string, metric: string, value: number, unit: string, said?: string) => ({
  ...{ name, metric, value, unit, ...(said === undefined ? {} : { said }) },
});

const results = [
  row('640x360, quiet: Sluice adaptive, 16 cameras', 'CPU per camera', 0.512, '% of a core'),
  row('640x360, quiet: Sluice adaptive, 16 cameras', 'idle time of the machine', 40, '%'),
  row('640x360, quiet: Sluice direct adaptive, 16 cameras', 'CPU per camera', 0.2, '% of a core'),
  row('1920x1080, busy: Sluice adaptive, 5 cameras', 'CPU per camera', 12, '% of a core'),
  row('1920x1080, busy: Sluice adaptive, 5 cameras', 'idle time of the machine', 1, '%'),
  row('1920x1080, busy: Motion passthrough, 5 cameras', 'CPU per camera', 30, '% of a core'),
  row('adaptive, keyframes 2 s apart, vbr, real events', 'events found', 10 / 11, '', '10 of 11'),
  row('1920x1080, busy: Sluice adaptive, 5 cameras', 'movement in clips', 0.995, '', '99.5 of 100.0 s'),
];

const markdownOf = (rows: typeof results): string =>
  toMarkdown({ title: '', blocks: gridsOf(about, { ...report, results: rows }) });

describe('the table of sizes, scenes and policies', () => {
  const markdown = markdownOf(results);

  it('has every figure in its place, and nothing for what was not measured', () => {
    expect(markdown).toContain(
      '| Who | 640×360, nothing moves | 1920×1080, all moves all the time | events of fps:5 found |',
    );
    expect(markdown).toContain('| Sluice, adaptive | 0.512 | (12) | 10 of 11 |');
    expect(markdown).toContain('| Sluice, adaptive, ingest direct | 0.200 |  | 10 of 11 |');
    expect(markdown).toContain('| Motion |  | 30 |  |');
    expect(markdown).not.toContain('keyframes, ingest direct');
    expect(markdown).not.toContain('Memory of a camera');
  });

  it('says what is in brackets, only where something is', () => {
    expect(markdown).toContain('Do not trust what is in brackets: the machine had next to no time left');
    expect(markdownOf(results.slice(0, 3))).not.toContain('brackets');
  });

  it('says how much of the movement is in clips', () => {
    expect(markdown).toContain('(99.5 of 100.0 s)');
  });

  it('is not there where nothing of it was measured', () => {
    expect(markdownOf([]).trim()).toBe('');
  });
});
