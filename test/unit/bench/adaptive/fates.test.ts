import { expect, it } from 'vitest';
import { secondsLater } from '../../../../bench/adaptive/fates.js';

it('two moments a fifth of a second apart are no further apart than that, wherever they are', () => {
  expect(3.6 - 3.4).toBeGreaterThan(0.2);
  expect(secondsLater(3.6, 3.4)).toBe(0.2);
  expect(secondsLater(3.4, 3.6)).toBe(0);
});
