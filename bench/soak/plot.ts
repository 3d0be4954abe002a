/** Series over time as an SVG picture: one panel below the other, each with its own scale and its line. */
import type { Point, Trend } from './trend.js';

export interface Panel {
  title: string;
  unit: string;
  points: readonly Point[];
  /** Drawn over the samples that it was made of. */
  trend: Trend & { from: number };
  verdict: string;
}

const WIDTH = 900;
const HEIGHT = 150;
const LEFT = 70;
const RIGHT = 20;
const TOP = 26;
const BOTTOM = 22;

export const plotSvg = (panels: readonly Panel[]): string => {
  const last = Math.max(1e-9, ...panels.flatMap(({ points }) => points.map(({ minute }) => minute)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT * panels.length}" font-family="sans-serif" font-size="11">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...panels.map((panel, n) => `<g transform="translate(0 ${n * HEIGHT})">${panelSvg(panel, last)}</g>`),
    '</svg>',
    '',
  ].join('\n');
};

const panelSvg = ({ title, unit, points, trend, verdict }: Panel, lastMinute: number): string => {
  const most = Math.max(1e-9, ...points.map(({ value }) => value)) * 1.1;
  const x = (minute: number): number => LEFT + (minute / lastMinute) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => HEIGHT - BOTTOM - (value / most) * (HEIGHT - TOP - BOTTOM);
  const at = (minute: number, value: number): string => `${x(minute).toFixed(1)},${y(value).toFixed(1)}`;
  const end = points.at(-1)?.minute ?? 0;
  const begin = trend.last - (trend.perHour * (end - trend.from)) / 60;
  const slope = `${trend.perHour >= 0 ? '+' : ''}${short(trend.perHour)} ± ${short(trend.error)} ${unit}/h`;
  return [
    `<text x="${LEFT}" y="16">${escaped(`${title}: ${slope}, ${verdict}`)}</text>`,
    `<line x1="${LEFT}" y1="${y(0)}" x2="${WIDTH - RIGHT}" y2="${y(0)}" stroke="#999"/>`,
    `<text x="${LEFT - 6}" y="${y(0)}" text-anchor="end">0</text>`,
    `<text x="${LEFT - 6}" y="${y(most / 1.1) + 4}" text-anchor="end">${escaped(`${short(most / 1.1)} ${unit}`)}</text>`,
    `<text x="${WIDTH - RIGHT}" y="${HEIGHT - 6}" text-anchor="end">${lastMinute.toFixed(0)} min</text>`,
    `<polyline fill="none" stroke="#36c" points="${points.map(({ minute, value }) => at(minute, value)).join(' ')}"/>`,
    `<polyline fill="none" stroke="#c33" stroke-width="2" points="${at(trend.from, begin)} ${at(end, trend.last)}"/>`,
  ].join('');
};

const short = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
