/** The HTML report: goals, tables, timelines and pictures of what failed, in one file. */
import type { AfterWeather } from './after-weather.js';
import { htmlText, type Point, scatter, timelineSvg } from './drawings.js';
import type { Figures, Spread } from './figures.js';
import type { Goal } from './goals.js';
import type { Looped } from './loops.js';
import { type MidStart, ratioOf } from './mid-start.js';
import type { StressLine } from './stress.js';
import type { Timeline } from './timelines.js';

export interface ReportData {
  goals: readonly Goal[];
  pooled: { name: string; rate: string; figures: Figures; micros: number }[];
  points: Point[];
  timelines: readonly Timeline[];
  stress: readonly StressLine[];
  midStarts: readonly MidStart[];
  looped: readonly Looped[];
  weather: readonly AfterWeather[];
}

const STYLE = `body{font:14px sans-serif;margin:2em;max-width:1240px}table{border-collapse:collapse;margin:.5em 0}
td,th{border:1px solid #ccc;padding:2px 6px;text-align:right;vertical-align:top}td:first-child,.left td,.left th{text-align:left}
th{background:#f4f4f4}.met{background:#dff0d8}.missed{background:#f8d7d3}figure{display:inline-block;margin:4px}
figcaption{font-size:12px}h3{margin:1.2em 0 .2em}small{color:#777}svg{display:block}`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${htmlText(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${line(head, 'th')}${rows.map((row) => line(row, 'td')).join('')}</table>`;
}

function goalsTable(goals: readonly Goal[]): string {
  const rows = goals.map(
    ({ goal, limit, measured, met }) =>
      `<tr class="${met ? 'met' : 'missed'}"><td>${htmlText(goal)}</td><td>${htmlText(limit)}</td><td>${htmlText(measured)}</td><td>${met ? 'met' : 'MISSED'}</td></tr>`,
  );
  return `<table class="left"><tr><th>goal</th><th>to be reached</th><th>measured, the worst; by pictures a second</th><th></th></tr>${rows.join('')}</table>`;
}

/** Worst, mean and best; once, if they are the same. */
function spreadText(spread: Spread, digits: number, of = false): string {
  const texts = [spread.worst, spread.mean, spread.best].map((v) => (Number.isNaN(v) ? '–' : v.toFixed(digits)));
  const text = new Set(texts).size === 1 ? (texts[0] as string) : texts.join(' / ');
  return of ? `${text} of ${spread.of}` : text;
}

function pooledTable(rows: ReportData['pooled']): string {
  const head = 'detector|rate|recall|seconds found|false seconds|quiet s|nuisance s|false starts|onset p50|onset p90';
  return table(
    [...head.split('|'), 'coverage', 'pixel F', 'box overlap', 'touched', 'box area outside', 'µs'],
    rows.map(({ name, rate, figures: f, micros }) => [
      name,
      rate,
      spreadText(f.recall, 3, true),
      spreadText(f.found, 3),
      spreadText(f.falseShare, 3),
      spreadText(f.quiet, 1, true),
      spreadText(f.nuisance, 1, true),
      spreadText(f.falseStarts, 1),
      spreadText(f.onsetP50, 2),
      spreadText(f.onsetP90, 2),
      spreadText(f.coverage, 3),
      spreadText(f.pixelF, 2),
      spreadText(f.iou, 2),
      spreadText(f.touched, 2),
      spreadText(f.outside, 2),
      micros.toFixed(0),
    ]),
  );
}

function stressTable(lines: readonly StressLine[]): string {
  return table(
    ['clip', ...(lines[0]?.rows ?? []).map(({ name }) => name)],
    lines.map(({ clip, rows }) => [clip, ...rows.map((r) => `${r.hits}, ${r.starts} ${r.scene}`)]),
  );
}

/** A headline and what is under it; nothing where nothing was measured. */
const section = (headline: string, all: readonly unknown[], body: () => string): string =>
  all.length === 0 ? '' : `<h2>${headline}</h2>${body()}`;

function sceneTables({ midStarts, looped, weather }: ReportData): string {
  const late = midStarts.filter((m) => m.found < m.before).sort((a, b) => ratioOf(a) - ratioOf(b));
  return [
    section(
      'Started in the middle',
      late,
      () =>
        `<p>Events of which less is found when the detector begins in their middle, in the worst phase.</p>${table(
          ['clip', 'rate', 'event', 'seconds found', 'instead of', 'of'],
          late.map((m) => [m.clip, m.rate, m.event.join('–'), String(m.found), String(m.before), String(m.of)]),
        )}`,
    ),
    section('The same again and again', looped, () =>
      table(
        ['clip', 'seconds found in each repetition', 'of'],
        looped.map(({ clip, found, of }) => [clip, found.join(' '), String(of)]),
      ),
    ),
    section('After weather and traffic', weather, () =>
      table(
        ['clip', 'a walker', 'seconds found', 'without what was before', 'of'],
        weather.map((w) => [w.clip, w.what, String(w.found), String(w.before), String(w.of)]),
      ),
    ),
  ].join('\n');
}

function timeline(line: Timeline): string {
  const shots = line.shots.map(({ t, png, text }) => {
    const what = htmlText(`${text}: at ${t.toFixed(1)} s`);
    return `<figure><img src="data:image/png;base64,${png.toString('base64')}" alt="${htmlText(line.clip)}, ${what}"/><figcaption>${what}</figcaption></figure>`;
  });
  return `<h3>${htmlText(line.clip)} <small>${line.rate} pictures a second</small></h3>${timelineSvg(line)}<div>${shots.join('')}</div>`;
}

export function html(data: ReportData): string {
  const missed = data.goals.filter(({ met }) => !met).length;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Motion accuracy</title><style>${STYLE}</style>
<h1>Motion accuracy</h1>
<h2>Goals: ${data.goals.length - missed} of ${data.goals.length} met</h2>${goalsTable(data.goals)}
<h2>Pooled</h2><p>Worst phase / mean of the phases / best phase, each clip by itself; one figure where they are the same.</p>${pooledTable(data.pooled)}
<h2>Recall against false activity</h2><p>Means of the phases at 5 pictures a second.</p>${scatter(data.points)}
${sceneTables(data)}
<h2>Timelines</h2><p>Green: labelled events. Grey: don't care. Red: verdicts. Blue: scene events. In the pictures, which show what failed in the worst phase, red is motion, blue still, orange pending, green nuisance, yellow light, violet shake.</p>
${data.timelines.map(timeline).join('\n')}
${section('Stress: events found, false starts over the undisturbed clip, scene events', data.stress, () => stressTable(data.stress))}
</html>
`;
}
