import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { AccessUnit } from '../../../../engine/camera/types.js';
import { type MediaTime, seconds } from '../../../../engine/core/time.js';
import { type KeptCamera, Reserve } from '../../../../engine/recording/reserve.js';
import { tempDir } from '../../../kit/temp-dir.js';

const at = (second: number): MediaTime => seconds(second) as MediaTime;

let kept: (number | undefined)[] = [];
let sounds = 0;
let reserve: Reserve;
let path: string;
/** The newest picture, in seconds. */
let now = 0;

beforeEach(() => {
  kept = [];
  sounds = 0;
  now = 0;
  const camera: KeptCamera = {
    ring: {
      get newest() {
        return { pts: at(now) } as AccessUnit;
      },
      oldest: { pts: at(-100) } as AccessUnit,
    },
    keepPast: (_, span) => void kept.push(span === undefined ? undefined : span / 1_000_000),
    recordSound: () => {
      sounds++;
      return () => void sounds--;
    },
  };
  reserve = new Reserve(camera, { withSound: true });
  path = join(tempDir(), 'segment.mp4');
  writeFileSync(path, '');
});

const look = (second: number, { grows = false, from = 0, given = second } = {}): number | undefined => {
  if (grows) appendFileSync(path, 'fragment');
  now = second;
  reserve.look([{ path, start: at(from), end: at(given) }]);
  return kept.at(-1);
};

it('keeps three seconds while a file is seen to grow, and nothing before and after', () => {
  reserve.look([]);
  expect(kept).toEqual([]);
  reserve.begin(at(0));
  for (const second of [1, 2, 3, 4]) look(second, { grows: true });
  reserve.end();
  expect(kept).toEqual([3, 4, 3, 3, 3, undefined]);
});

it('keeps all that a file begins with until there are pictures in it', () => {
  now = 20;
  reserve.begin(at(0));
  expect([kept.at(-1), look(21)]).toEqual([23, 24]);
  // What a file begins with, and then a fragment.
  expect([look(22, { grows: true }), look(23, { grows: true })]).toEqual([25, 3]);
});

it('keeps more for as long as a file does not grow, up to half a minute more than it begins with', () => {
  reserve.begin(at(-5));
  const from = -5;
  for (const second of [1, 2]) look(second, { from, grows: true });
  expect([3, 6, 30, 50].map((second) => look(second, { from }))).toEqual([4, 7, 31, 35]);
  expect(look(51, { from, grows: true })).toBe(3);
});

it('keeps what another file begins with until that has grown', () => {
  reserve.begin(at(0));
  for (const second of [1, 2]) look(second, { grows: true });
  look(10);
  // The muxer was replaced; for a moment there is no file at all.
  now = 11;
  reserve.look([]);
  expect(kept.at(-1)).toBe(12);
  rmSync(path);
  writeFileSync(path, '');
  const from = 1;
  expect(look(12, { from })).toBe(14);
  expect([look(13, { from, grows: true }), look(14, { from, grows: true })]).toEqual([15, 3]);
});

it('keeps what a muxer was not given yet', () => {
  reserve.begin(at(0));
  for (const second of [7, 8]) look(second, { grows: true });
  expect(look(20, { grows: true, given: 8 })).toBe(15);
});

it('keeps what is begun meanwhile, from further back', () => {
  reserve.begin(at(0));
  for (const second of [7, 8]) look(second, { grows: true });
  reserve.begin(at(1));
  expect(kept.at(-1)).toBe(10);
});

it('keeps no more than there is', () => {
  reserve.begin(at(-200));
  expect(kept.at(-1)).toBe(103);
});

it('has sound recorded from the first beginning to the end, where there is to be any', () => {
  reserve.begin(at(0));
  reserve.begin(at(1));
  expect(sounds).toBe(1);
  reserve.end();
  expect(sounds).toBe(0);
});
