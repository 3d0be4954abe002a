/** Figures as bars: an SVG that is as wide as there is room, with letters of the page's size, in the page's colours. */
import type { Bar } from './blocks.js';
import { escaped } from './escaped.js';

const ROW = 44;
const TEXT_AT = 15;
const BAR_AT = 22;
const BAR = 14;
/** Of the width, in percent: what is left of a bar that would be too short to see. */
const LEAST = 0.4;

const KINDS = { ours: 'Sluice', peer: 'another program', floor: 'a bound, no rival' } as const;

const sentence = ({ label, shown, role }: Bar): string => `${label} (${KINDS[role]}): ${shown}.`;

const row = ({ label, value, shown, role }: Bar, index: number, most: number): string => {
  const y = index * ROW;
  const share = most > 0 && !Number.isNaN(value) ? Math.max(0, (100 * value) / most) : 0;
  const width = value > 0 ? Math.max(LEAST, share) : 0;
  const name = role === 'floor' ? `${label} (a bound)` : label;
  return [
    `<text class="${role}" x="0" y="${y + TEXT_AT}">${escaped(name)}</text>`,
    `<text class="${role}" x="100%" y="${y + TEXT_AT}" text-anchor="end">${escaped(shown)}</text>`,
    `<rect class="track" x="0" y="${y + BAR_AT}" width="100%" height="${BAR}" rx="3"/>`,
    `<rect class="bar ${role}" x="0" y="${y + BAR_AT}" width="${width.toFixed(2)}%" height="${BAR}" rx="3"/>`,
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
  return [
    `<svg width="100%" height="${bars.length * ROW}" role="img" aria-labelledby="${id}-title ${id}-desc">`,
    `<title id="${id}-title">${escaped(title)}</title>`,
    `<desc id="${id}-desc">${escaped(bars.map(sentence).join(' '))}</desc>`,
    ...bars.map((bar, index) => row(bar, index, most)),
    '</svg>',
  ].join('\n');
};
