import { describe, expect, it } from 'vitest';
import { placesOf } from '../../../../bench/density/recording.js';

describe('a round of windows', () => {
  it.each([0, 1])('has each engine do everything once, and everything be done in each window (round %i)', (round) => {
    const windows = placesOf(round);
    expect(windows).toHaveLength(3);
    for (const place of [0, 1, 2]) {
      expect(new Set(windows.map((kinds) => kinds[place])).size).toBe(3);
      expect(new Set(windows[place]).size).toBe(3);
    }
  });

  it('goes the other way than the one before, and no engine goes on with what it did', () => {
    const windows = [0, 1, 2].flatMap((round) => placesOf(round).map((kinds) => kinds[0]));
    expect(windows).toEqual(['none', 'video', 'file', 'none', 'file', 'video', 'none', 'video', 'file']);
  });
});
