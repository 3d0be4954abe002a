import { expect, it } from 'vitest';
import { failures, halved } from '../../../../bench/accuracy/shots.js';

const score = (lostSeconds: number[], falseSeconds: number[]) => ({ lostSeconds, falseSeconds }) as never;

it('shows the middle of what was lost and the first verdict of what was invented, the longest runs first', () => {
  const shown = failures(score([3, 7, 8, 9, 12], [20, 21]), [20.4, 20.6, 21.2], 3);
  expect(shown).toEqual([
    { t: 3.5, text: 'missed 3–4 s' },
    { t: 8.5, text: 'missed 7–10 s' },
    { t: 20.4, text: 'false 20–22 s' },
  ]);
});

it('leaves room for both', () => {
  const lost = [0, 2, 4, 6, 8, 10];
  const shown = failures(score(lost, [20, 22, 24]), [20.1, 22.1, 24.1], 4);
  expect(shown.map(({ text }) => text.split(' ')[0])).toEqual(['missed', 'missed', 'false', 'false']);
  expect(failures(score([], []), [], 4)).toEqual([]);
});

it('halves a picture by the mean of four pixels', () => {
  const rgb = new Uint8Array(4 * 2 * 3);
  rgb.set([40, 0, 0], 0);
  rgb.set([0, 8, 0], 4 * 3 + 3);
  expect(halved({ width: 4, height: 2, rgb })).toEqual({
    width: 2,
    height: 1,
    rgb: Uint8Array.from([10, 2, 0, 0, 0, 0]),
  });
});
