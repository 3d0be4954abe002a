import { expect, it } from 'vitest';
import { TimeLine } from '../../../../engine/archive/time-line.js';
import { millis, seconds, type UtcMicros } from '../../../../engine/core/time.js';

const utc = (micros: number) => (1_767_323_045_000_000 + micros) as UtcMicros;

it('follows the camera from segment to segment, and comes nearer to the clock', () => {
  const line = new TimeLine();
  expect(line.place(0, utc(0), false)).toBe(utc(0));
  // 64 ms late, of which the seams take 10 each.
  expect(line.place(seconds(30), utc(seconds(30) + millis(64)), true)).toBe(utc(seconds(30) + millis(10)));
  expect(line.place(seconds(60), utc(seconds(60) + millis(64)), true)).toBe(utc(seconds(60) + millis(20)));
  expect(line.place(seconds(90), utc(seconds(90) + millis(15)), true)).toBe(utc(seconds(90) + millis(15)));
  expect(line.place(seconds(120), utc(seconds(120) - millis(90)), true)).toBe(utc(seconds(120) + millis(5)));
});

it('goes by the clock after a pause, and when the clock was set', () => {
  const line = new TimeLine();
  line.place(0, utc(0), false);
  expect(line.place(seconds(30), utc(seconds(30) + millis(64)), false)).toBe(utc(seconds(30) + millis(64)));
  expect(line.place(seconds(60), utc(seconds(3660)), true)).toBe(utc(seconds(3660)));
});

it('ends what is filled in exactly where that begins which it was filled in before', () => {
  const line = new TimeLine();
  line.place(0, utc(0), false);
  const begins = line.place(seconds(30), utc(seconds(30) + millis(64)), true);
  expect(line.place(seconds(28), utc(seconds(28) + millis(70)), true)).toBe(begins - seconds(2));
  // The line goes on from the newest.
  expect(line.place(seconds(60), utc(seconds(60) + millis(64)), true)).toBe(utc(seconds(60) + millis(20)));
});
