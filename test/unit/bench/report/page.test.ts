import { describe, expect, it } from 'vitest';
import { toHtml } from '../../../../bench/report/html.js';
import { toMarkdown } from '../../../../bench/report/markdown.js';
import { pageOf } from '../../../../bench/report/page.js';
import type { BenchReport } from '../../../../bench/whole/report.js';
import { busyReports, inventedReports } from '../../../kit/bench-reports.js';

const page = (reports: readonly BenchReport[], interrupted = false) =>
  pageOf({ reports, interrupted, hasFile: (name) => name === 'accuracy.html' });

const markdownOf = (reports: readonly BenchReport[], interrupted = false) => toMarkdown(page(reports, interrupted));

/** From a title in bold to the next one, or from a heading to the next. */
const part = (markdown: string, title: string): string => {
  const from = markdown.indexOf(title);
  if (from < 0) throw new Error(`there is no ${title}`);
  const rest = markdown.slice(from + title.length);
  const end = /^(?:\*\*|> \*\*|#)/m.exec(rest)?.index ?? rest.length;
  return rest.slice(0, end);
};

describe('the page of a run', () => {
  const markdown = markdownOf(inventedReports());

  it('says what is better here, with the factor in words', () => {
    const better = part(markdown, '**Sluice is better**');
    expect(better).toContain(
      'nothing moves: processor time of a camera:** Sluice 2 % of a core, a third of Motion’s 6 % of a core.',
    );
    expect(better).toContain('**Judging a picture of 320×180:** Sluice 25 µs, 1/40 of OpenCV MOG2’s 1000 µs.');
    expect(better).toContain('Sluice 1 %, better than 3 of 4 others; the best of these: 19 points below census’ 20 %.');
  });

  it('says what is better elsewhere as plainly', () => {
    const worse = part(markdown, '**Others are better**');
    expect(worse).toContain('**Memory of a camera, 640×360:** Sluice 15 MB, 1.5 times Motion’s 10 MB.');
    expect(worse).toContain('Sluice 95 %; 3 of 4 others are better: mog2 100 %, census 99 %, knn 97 %.');
  });

  it('makes nothing of small differences, and no rival of a bound', () => {
    const same = part(markdown, '**No real difference**');
    expect(same).toContain('Sluice (ingest: direct) 1.53 % of a core, about the same as gst-launch’s');
    expect(same).toContain('motion’s 1.1 %');
    expect(markdown).toContain('| gst-launch (decoding only) | 6 MB | ours is 2.5 times gst-launch’s');
    for (const title of ['**Sluice is better**', '**Others are better**']) {
      expect(part(markdown, title)).not.toContain('gst-launch’s (decoding only) 6 MB');
    }
  });

  it('counts limits, and names those that are missed', () => {
    const limits = part(markdown, '**Our own limits**');
    expect(limits).toContain('2 of 3 met, 1 missed.');
    expect(limits).toContain('8 cameras, p50: 70 ms (at most 60).');
  });

  it('says what could not be measured, and how to get what is missing', () => {
    const gaps = part(markdown, '**What could not be measured.**');
    expect(gaps).toContain('Handing out events (`events`) failed: ended by SIGSEGV: the socket is gone.');
    expect(gaps).toContain('Watching recordings (`page`) could not be measured: Chromium is not installed.');
    expect(gaps).toContain('Chromium is not installed, so it is left out of live, page. `npm run setup');
    expect(gaps).toMatch(/Not part of this run: .*\(`soak`\)/);
    expect(part(markdown, '**Left out.**')).toContain('nobody counted');
  });

  it('says whether the machine was quiet', () => {
    expect(part(markdown, '**The machine was quiet.**')).toContain('less than 5 %');
    const busy = markdownOf(busyReports());
    expect(part(busy, '**The machine was not quiet.**')).toContain('up to 62 % of its processors');
    expect(busy).toContain('Other programs took 41 % of the processors before, and 62 % during this suite.');
    const unknown = inventedReports().map(({ load: _, ...rest }) => rest);
    expect(markdownOf(unknown)).toContain('**Nobody knows whether the machine was quiet.**');
  });

  it('draws no conclusion from work that was not done', () => {
    const busy = markdownOf(busyReports());
    expect(part(busy, '**Sluice is better**')).not.toContain('Motion');
    expect(part(busy, '**Others are better**')).not.toContain('Motion');
    expect(part(busy, '**What could not be measured.**')).toContain('nothing follows from this run');
  });

  it('names the machine, and says if there were several', () => {
    expect(markdown).toContain('| Processor | Invented \\<CPU\\> 1 |');
    expect(markdown).toContain('| Motion | 4.5.1 |');
    expect(markdown).toContain('| Chromium | not installed |');
    expect(markdown).not.toContain('machines');
    const [first, ...rest] = inventedReports();
    const other = { ...first!, machine: { ...first!.machine, cores: 64 } };
    expect(markdownOf([other, ...rest])).toContain('**These results come from 2 machines.**');
  });

  it('says that a run was short or interrupted, or that a suite failed', () => {
    expect(part(markdown, '**Short runs.**')).toContain('All suites');
    expect(part(markdown, '**This run is not whole.**')).toContain('Failed: events.');
    expect(part(markdownOf([], true), '**This run is not whole.**')).toContain('interrupted');
  });

  it('has a section for each suite, and points at what lies beside it', () => {
    expect([...markdown.matchAll(/^## (.+)$/gm)].map((match) => match[1])).toEqual([
      ...['In short', 'The machine', 'What a camera costs', 'Motion detection, the time of a picture'],
      ...[
        'Motion detection, what it finds and what it invents',
        'From a picture to the event about it, and to what was not decoded',
      ],
      ...['Watching recordings', 'Handing out events', 'Measure it yourself'],
    ]);
    expect(markdown).toContain('](accuracy.html)');
    expect(markdown).not.toContain('](soak.svg)');
    const anchors = [...markdown.matchAll(/\]\(#(.+?)\)/g)].map((match) => match[1]);
    expect(anchors).toContain('what-a-camera-costs');
  });

  it('breaks no table with what comes from outside', () => {
    const rows = markdown.split('\n').filter((line) => line.includes('pictures \\| lost'));
    expect(rows).toHaveLength(1);
    expect(markdown).not.toMatch(/<one>|<CPU>/);
  });
});

describe('the page in HTML', () => {
  const html = toHtml(page(inventedReports()));

  it('needs nothing from elsewhere and runs nothing', () => {
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|url\(|@import|\son\w+=/i);
    expect(html.match(/href="[^"]*"/g)?.filter((each) => !each.startsWith('href="#'))).toEqual([
      'href="accuracy.html"',
    ]);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('&lt;CPU&gt;');
    expect(html).not.toContain('<CPU>');
  });

  it('draws every comparison, with words for those who do not see it', () => {
    const drawings = html.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
    expect(drawings).toHaveLength((html.match(/<figure>/g) ?? []).length);
    expect(drawings.length).toBeGreaterThan(4);
    for (const svg of drawings) {
      const [, title, desc] = /aria-labelledby="(\S+) (\S+)"/.exec(svg)!;
      expect(svg).toContain(`<title id="${title}">`);
      expect(svg).toContain(`<desc id="${desc}">`);
    }
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(drawings.join()).toContain('Motion (another program): 6 % of a core.');
  });

  it('draws bars as long as the figures say', () => {
    const [svg = ''] = /<svg[\s\S]*?<\/svg>/.exec(html) ?? [];
    const widths = [...svg.matchAll(/class="bar \w+"[^>]*width="([\d.]+)%"/g)].map((match) => Number(match[1]));
    expect(widths).toEqual([33.33, 16.67, 100, 25]);
  });

  it('says the same as the page in Markdown', () => {
    const words = (text: string): string[] => text.match(/[\p{L}\d%]{4,}/gu) ?? [];
    const markdown = new Set(words(toMarkdown(page(inventedReports()))));
    const [, body = ''] = html.split('<main>');
    // Drawings have the figures of the table beside them once more, and captions say so.
    const shown = body.replace(/<(svg|caption)[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, ' ');
    const missing = words(shown).filter((word) => !markdown.has(word) && !['quot', 'Contents'].includes(word));
    expect(missing).toEqual([]);
  });
});
