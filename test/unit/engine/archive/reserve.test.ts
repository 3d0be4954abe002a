import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { Reserve } from '../../../../engine/archive/reserve.js';
import { type MonotonicTime, seconds } from '../../../../engine/core/time.js';
import { tempDir } from '../../../kit/temp-dir.js';

const at = (second: number): MonotonicTime => seconds(second) as MonotonicTime;

let kept: (number | undefined)[] = [];
let reserve: Reserve;
let file: string;

beforeEach(() => {
  kept = [];
  reserve = new Reserve({ keepPast: (_, span) => void kept.push(span === undefined ? undefined : span / 1_000_000) });
  file = join(tempDir(), 'segment.mp4');
  writeFileSync(file, '');
});

const look = (second: number, { grows = false, behind = 0 } = {}): number | undefined => {
  if (grows) appendFileSync(file, 'fragment');
  reserve.look(at(second), [{ file, behind: seconds(behind) }]);
  return kept.at(-1);
};

it('keeps three seconds while a file grows, and nothing before and after', () => {
  expect(kept).toEqual([]);
  reserve.begin(at(0));
  for (const second of [1, 2, 3, 4]) look(second, { grows: true });
  reserve.end();
  expect(kept).toEqual([3, 3, 3, 3, 3, undefined]);
});

it('keeps more for as long as a file does not grow, up to half a minute', () => {
  reserve.begin(at(0));
  expect(look(1, { grows: true })).toBe(3);
  expect([2, 5, 20, 40].map((second) => look(second))).toEqual([4, 7, 22, 30]);
  expect(look(41, { grows: true })).toBe(3);
});

it('keeps what another file begins with until that has grown', () => {
  reserve.begin(at(0));
  look(1, { grows: true });
  look(10);
  // The muxer was replaced; for a moment there is no file at all.
  reserve.look(at(11), []);
  expect(kept.at(-1)).toBe(13);
  rmSync(file);
  writeFileSync(file, '');
  expect(look(12)).toBe(14);
  expect(look(13, { grows: true })).toBe(3);
});

it('keeps what a muxer was not given yet', () => {
  reserve.begin(at(0));
  expect(look(1, { grows: true, behind: 8 })).toBe(11);
});

it('does not keep less when something more is begun meanwhile', () => {
  reserve.begin(at(0));
  look(8);
  reserve.begin(at(8));
  expect(kept.at(-1)).toBe(11);
});
