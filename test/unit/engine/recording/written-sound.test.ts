import { expect, it } from 'vitest';
import type { MediaTime } from '../../../../engine/core/time.js';
import { WrittenSound } from '../../../../engine/recording/written-sound.js';

it('knows where the first frames of what was written end', () => {
  const sound = new WrittenSound();
  expect([sound.last, sound.behind()]).toEqual([undefined, undefined]);
  for (const at of [0, 64_000, 129_000]) sound.add(at as MediaTime);
  expect([sound.last, sound.behind()]).toEqual([129_000, 129_001]);
  expect([0, 1, 2, 3, 4].map((frames) => sound.behind(frames))).toEqual([undefined, 1, 64_001, 129_001, undefined]);
});
