import { expect, it } from 'vitest';
import { SoundPast } from '../../../../engine/camera/sound-past.js';
import { seconds } from '../../../../engine/core/time.js';

const frame = (pts: number, bytes = 160) => ({ pts, duration: 20_000, key: true, payload: Buffer.alloc(bytes, 1) });
const times = (past: SoundPast): number[] => past.take().map(({ pts }) => pts / 1_000_000);

it('holds what may be wanted, in order, and copies of it', () => {
  const past = new SoundPast();
  const first = frame(0);
  past.add(first, seconds(10));
  first.payload.fill(9);
  past.add(frame(seconds(1)), seconds(10));
  expect(past.take().map(({ payload }) => payload[0])).toEqual([1, 1]);
  expect(past.take()).toEqual([]);
  for (let second = 0; second < 20; second++) past.add(frame(seconds(second)), seconds(5));
  expect(times(past)).toEqual([14, 15, 16, 17, 18, 19]);
});

it('does not grow beyond what a camera may take', () => {
  const past = new SoundPast();
  for (let second = 0; second < 20; second++) past.add(frame(seconds(second), 1024 * 1024), seconds(100));
  expect(times(past)).toHaveLength(16);
});
