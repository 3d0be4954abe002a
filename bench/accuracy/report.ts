/** The HTML report: tables, timelines and pictures in one file. */
import type { Pooled } from './protocol.js';

export interface Timeline {
  clip: string;
  rate: string;
  duration: number;
  events: readonly (readonly [number, number])[];
  dontCare: readonly (readonly [number, number])[];
  rows: { name: string; t: readonly number[]; scene?: readonly { t: number; text: string }[] }[];
  shots: { t: number; png: Buffer }[];
}

export interface ReportData {
  pooled: { name: string; rate: string; pooled: Pooled; micros: number }[];
  timelines: Timeline[];
  stress: { clip: string; rows: { name: string; hits: string; starts: number; scene: string }[] }[];
  sensitivity: { name: string; recall: number; falseShare: number }[];
}

const WIDTH = 900;
const ROW = 12;

function htmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function number(value: number, digits = 2): string {
  return Number.isNaN(value) ? '–' : value.toFixed(digits);
}

function timeline(line: Timeline): string {
  const x = (t: number): string => ((t / line.duration) * WIDTH).toFixed(1);
  const height = (line.rows.length + 1) * ROW;
  const parts: string[] = [];
  for (const [a, b] of line.dontCare) {
    parts.push(`<rect x="${x(a)}" y="0" width="${Number(x(b)) - Number(x(a))}" height="${height}" fill="#eee"/>`);
  }
  for (const [a, b] of line.events) {
    const end = Math.min(b, line.duration);
    parts.push(`<rect x="${x(a)}" y="0" width="${Number(x(end)) - Number(x(a))}" height="${height}" fill="#cfe8cf"/>`);
  }
  line.rows.forEach((row, i) => {
    const y = (i + 1) * ROW;
    for (const t of row.t) parts.push(`<rect x="${x(t)}" y="${y}" width="1.5" height="${ROW - 3}" fill="#b33"/>`);
    for (const s of row.scene ?? []) {
      parts.push(
        `<circle cx="${x(s.t)}" cy="${y + 4}" r="3" fill="#36c"><title>${htmlText(s.text)} ${s.t.toFixed(1)} s</title></circle>`,
      );
    }
    parts.push(`<text x="${WIDTH + 6}" y="${y + 9}" font-size="10">${htmlText(row.name)}</text>`);
  });
  const shots = line.shots
    .map(
      (s) =>
        `<figure><img width="240" src="data:image/png;base64,${s.png.toString('base64')}" alt="${htmlText(line.clip)} at ${s.t.toFixed(1)} s"/><figcaption>${s.t.toFixed(1)} s</figcaption></figure>`,
    )
    .join('');
  return `<h3>${htmlText(line.clip)}, run ${line.rate}</h3><svg width="${WIDTH + 130}" height="${height + 4}">${parts.join('')}</svg><div>${shots}</div>`;
}

function pooledTable(rows: ReportData['pooled']): string {
  const head =
    '<tr><th>detector</th><th>run</th><th>recall</th><th>false starts</th><th>false activity %</th><th>quiet s</th><th>nuisance s</th><th>clean onset p50 / p90</th><th>coverage</th><th>pixel F</th><th>µs</th></tr>';
  const body = rows.map(({ name, rate, pooled: p, micros }) => {
    const cells = [
      htmlText(name),
      rate,
      `${p.hits}/${p.events}`,
      String(p.falseStarts),
      number(p.falseActivity, 1),
      `${p.quiet}/${p.quietOf}`,
      `${p.nuisance}/${p.nuisanceOf}`,
      `${number(p.cleanP50)} / ${number(p.cleanP90)}`,
      number(p.coverage, 3),
      number(p.pixelF),
      number(micros, 0),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return `<table>${head}${body.join('')}</table>`;
}

const PLOT = { left: 50, top: 20, width: 620, height: 340, leastRecall: 0.5 };
const LABEL = { width: 110, height: 12 };

/** Detectors by what they find and what they invent; our three sensitivities are joined by a line. */
function scatter(points: ReportData['sensitivity']): string {
  const { left, top, width, height, leastRecall } = PLOT;
  const placed = points.map((p) => ({
    name: p.name,
    own: p.name.startsWith('sluice'),
    x: left + Math.min(1, p.falseShare) * width,
    y: top + ((1 - Math.max(leastRecall, p.recall)) / (1 - leastRecall)) * height,
  }));
  const labels: { x: number; y: number }[] = [];
  const dots = placed.map(({ name, own, x, y }) => {
    const label = { x: x + 7, y: y + 4 };
    const covered = () =>
      labels.some((l) => Math.abs(l.x - label.x) < LABEL.width && Math.abs(l.y - label.y) < LABEL.height);
    while (covered()) label.y += LABEL.height;
    labels.push(label);
    const colour = own ? '#36c' : '#b33';
    return `<circle cx="${x}" cy="${y}" r="4" fill="${colour}"/><text x="${label.x}" y="${label.y}" font-size="11" fill="${colour}">${htmlText(name)}</text>`;
  });
  const line = placed
    .filter(({ own }) => own)
    .map(({ x, y }) => `${x},${y}`)
    .join(' ');
  const ticks = [0.5, 0.6, 0.7, 0.8, 0.9, 1].map((recall) => {
    const y = top + ((1 - recall) / (1 - leastRecall)) * height;
    return `<line x1="${left}" x2="${left + width}" y1="${y}" y2="${y}" stroke="#eee"/><text x="${left - 26}" y="${y + 4}" font-size="11">${recall.toFixed(1)}</text>`;
  });
  const bottom = top + height + 16;
  return `<svg width="${left + width + LABEL.width + 20}" height="${top + height + 110}">${ticks.join('')}<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="none" stroke="#999"/><polyline points="${line}" fill="none" stroke="#36c"/>${dots.join('')}<text x="${left}" y="${bottom}" font-size="11">0</text><text x="${left + width - 4}" y="${bottom}" font-size="11">1</text><text x="${left + 180}" y="${bottom}" font-size="11">share of negative seconds with a verdict</text><text x="2" y="12" font-size="11">recall (${leastRecall} or less at the bottom)</text></svg>`;
}

export function html(data: ReportData): string {
  const stress = data.stress
    .map(
      (s) =>
        `<tr><td>${htmlText(s.clip)}</td>${s.rows.map((r) => `<td>${r.hits}, ${r.starts}${r.scene === '' ? '' : ` <small>${htmlText(r.scene)}</small>`}</td>`).join('')}</tr>`,
    )
    .join('');
  const stressHead = (data.stress[0]?.rows ?? []).map((r) => `<th>${htmlText(r.name)}</th>`).join('');
  return `<!doctype html><meta charset="utf-8"><title>Motion accuracy</title>
<style>body{font:14px sans-serif;margin:2em;max-width:1100px}table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:2px 6px;text-align:right}td:first-child{text-align:left}figure{display:inline-block;margin:4px}</style>
<h1>Motion accuracy</h1>
<h2>Pooled</h2>${pooledTable(data.pooled)}
<h2>Recall against false activity</h2>${scatter(data.sensitivity)}
<h2>Stress: hits, false starts in the lead-in, scene events</h2><table><tr><th>clip</th>${stressHead}</tr>${stress}</table>
<h2>Timelines</h2><p>Green: labelled events. Grey: don't care. Red: frames with a verdict. Blue: scene events. In the pictures red is motion, blue still, orange pending, green nuisance, yellow light, violet shake.</p>
${data.timelines.map(timeline).join('\n')}
`;
}
