/** Figures as bars: an SVG that is as wide as there is room, with letters of the page's size, in the page's colours. */
import type { Bar } from './blocks.js';
import { escaped } from './escaped.js';

const LINE = 19;
const TEXT_AT = 14;
const BAR = 14;
/** Between two bars. */
const GAP = 12;
/** Of the width, in percent: what is left of a bar that would be too short to see. */
const LEAST = 0.4;
/** More letters than these do not fit beside each other on a phone. */
const LETTERS = 36;

const KINDS = { ours: 'Sluice', peer: 'another program', floor: 'a bound, no rival' } as const;

const sentence = ({ label, shown, role }: Bar): string => `${label} (${KINDS[role]}): ${shown}.`;

const nameOf = ({ label, role }: Bar): string => (role === 'floor' ? `${label} (a bound)` : label);

/** What it is called, and its figure in the same line or in the next. */
const linesOf = (bar: Bar): number => (nameOf(bar).length + bar.shown.length > LETTERS ? 2 : 1);

const heightOf = (bar: Bar): number => linesOf(bar) * LINE + BAR + GAP;

const row = (bar: Bar, y: number, most: number): string => {
  const { value, shown, role } = bar;
  const share = most > 0 && !Number.isNaN(value) ? Math.min(100, Math.max(0, (100 * value) / most)) : 0;
  const width = value > 0 ? Math.max(LEAST, share) : 0;
  const lines = linesOf(bar);
  const figureAt = y + (lines - 1) * LINE + TEXT_AT;
  const barAt = y + lines * LINE;
  return [
    `<text class="${role}" x="0" y="${y + TEXT_AT}">${escaped(nameOf(bar))}</text>`,
    `<text class="${role}" x="100%" y="${figureAt}" text-anchor="end">${escaped(shown)}</text>`,
    `<rect class="track" x="0" y="${barAt}" width="100%" height="${BAR}" rx="3"/>`,
    `<rect class="bar ${role}" x="0" y="${barAt}" width="${width.toFixed(2)}%" height="${BAR}" rx="3"/>`,
  ].join('');
};

interface Figure {
  title: string;
  /** What the whole width stands for; without it, the largest figure. */
  most?: number;
  bars: readonly Bar[];
}

/** @param id that no other element of the page has */
export const barsSvg = ({ title, bars, most: whole }: Figure, id: string): string => {
  const most = whole ?? Math.max(0, ...bars.map(({ value }) => (Number.isNaN(value) ? 0 : value)));
  const tops = bars.map((_, index) => bars.slice(0, index).reduce((sum, bar) => sum + heightOf(bar), 0));
  const height = bars.reduce((sum, bar) => sum + heightOf(bar), 0);
  return [
    `<svg width="100%" height="${height}" role="img" aria-labelledby="${id}-title ${id}-desc">`,
    `<title id="${id}-title">${escaped(title)}</title>`,
    `<desc id="${id}-desc">${escaped(bars.map(sentence).join(' '))}</desc>`,
    ...bars.map((bar, index) => row(bar, tops[index]!, most)),
    '</svg>',
  ].join('\n');
};
