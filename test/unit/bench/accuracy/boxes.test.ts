import { expect, it } from 'vitest';
import { BoxCount, components, touches } from '../../../../bench/accuracy/boxes.js';

const box = (l: number, t: number, w: number, h: number) => ({ l, t, w, h });

it('finds connected parts, over corners too, that are large enough', () => {
  const rows = ['##......', '..#.....', '........', '.....##.', '.....##.', '#.......'];
  const data = Uint8Array.from(rows.join(''), (c) => (c === '#' ? 255 : 50));
  const image = { width: 8, height: 6, data };
  expect(components(image, 255, 3)).toEqual([box(0, 0, 3 / 8, 2 / 6), box(5 / 8, 3 / 6, 2 / 8, 2 / 6)]);
  expect(components(image, 255, 1)).toHaveLength(3);
  expect(components(image, 85, 1)).toEqual([]);
});

it('touches an object whose centre is just outside the box', () => {
  const object = box(0.4, 0.4, 0.1, 0.1);
  expect(touches(box(0.2, 0.3, 0.24, 0.3), object)).toBe(true);
  expect(touches(box(0.2, 0.3, 0.2, 0.3), object)).toBe(false);
});

it('takes the best box for each object, and the mean of the pictures', () => {
  const count = new BoxCount();
  const [a, b] = [box(0, 0, 0.25, 0.25), box(0.5, 0.5, 0.25, 0.25)];
  count.add([a, b], [a, box(0, 0, 0.5, 0.25)]);
  count.add([b], [b]);
  const { iou, touched, outside } = count.score()!;
  expect(iou).toBeCloseTo((0.5 + 1) / 2);
  expect(touched).toBeCloseTo((0.5 + 1) / 2);
  // Of three quarters of a box's worth each, the right half of the larger one lies outside.
  expect(outside).toBeCloseTo(1 / 3);
});

it('counts boxes where nothing is as outside, and says nothing without an object', () => {
  const count = new BoxCount();
  expect(count.score()).toBeUndefined();
  count.add([], [box(0, 0, 0.5, 0.5)]);
  expect(count.score()).toBeUndefined();
  count.add([box(0, 0, 0.5, 0.5)], []);
  expect(count.score()).toEqual({ iou: 0, touched: 0, outside: 1 });
});
