/** The drawings of the report, as SVG. */
import type { Timeline } from './timelines.js';

export function htmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

const WIDTH = 900;
const ROW = 14;
/** Verdicts that follow each other sooner are drawn as one bar, in seconds. */
const GAP = 0.45;

/** Bars of times that lie close together. */
export function bars(times: readonly number[], gap: number): [number, number][] {
  const merged: [number, number][] = [];
  for (const t of times) {
    const last = merged.at(-1);
    if (last !== undefined && t - last[1] <= gap) last[1] = t;
    else merged.push([t, t]);
  }
  return merged;
}

export function timelineSvg(line: Timeline): string {
  const x = (t: number): number => Math.round((Math.min(t, line.duration) / line.duration) * WIDTH * 10) / 10;
  const height = line.rows.length * ROW + 4;
  const band = (colour: string, [a, b]: readonly [number, number]): string =>
    `<rect x="${x(a)}" y="0" width="${Math.max(1, x(b) - x(a)).toFixed(1)}" height="${height}" fill="${colour}"/>`;
  const parts = [
    ...line.events.map((range) => band('#cfe8cf', range)),
    ...line.dontCare.map((range) => band('#e4e4e4', range)),
  ];
  line.rows.forEach((row, i) => {
    const y = i * ROW + 4;
    for (const [a, b] of bars(row.t, GAP)) {
      const width = Math.max(1.5, x(b) - x(a)).toFixed(1);
      parts.push(`<rect x="${x(a)}" y="${y}" width="${width}" height="${ROW - 5}" fill="${i < 2 ? '#b33' : '#a88'}"/>`);
    }
    for (const s of row.scene ?? []) {
      const title = `${htmlText(s.text)} ${s.t.toFixed(1)} s`;
      parts.push(`<circle cx="${x(s.t)}" cy="${y + 4}" r="3.5" fill="#36c"><title>${title}</title></circle>`);
    }
    parts.push(`<text x="${WIDTH + 6}" y="${y + 9}" font-size="11">${htmlText(row.name)}</text>`);
  });
  const step = [1, 2, 5, 10, 20].find((s) => line.duration / s <= 20) ?? 60;
  for (let t = 0; t <= line.duration; t += step) {
    parts.push(`<text x="${x(t)}" y="${height + 11}" font-size="10" fill="#777">${t}</text>`);
  }
  return `<svg width="${WIDTH + 220}" height="${height + 16}">${parts.join('')}</svg>`;
}

/** A detector by what it finds and what it invents. */
export interface Point {
  name: string;
  recall: number;
  falseShare: number;
}

const PLOT = { left: 50, top: 20, width: 620, height: 340, leastRecall: 0.5 };
const LABEL = { width: 110, height: 12 };

/** Our three sensitivities are joined by a line. */
export function scatter(points: readonly Point[]): string {
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
