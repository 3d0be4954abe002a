import { describe, expect, it } from 'vitest';
import { engineFor } from '../../../../engine/fleet/assignment.js';

const names = Array.from({ length: 400 }, (_, index) => `camera-${index}`);

describe('the engine of a name', () => {
  it('is the same every time, and each engine gets about as many', () => {
    const counts = [0, 0, 0, 0];
    for (const name of names) {
      counts[engineFor(name, 4) - 1]! += 1;
      expect(engineFor(name, 4)).toBe(engineFor(name, 4));
    }
    for (const count of counts) expect(count).toBeGreaterThan(70);
  });

  it('changes to the new one, or not at all, when there is one more', () => {
    const moved = names.filter((name) => engineFor(name, 3) !== engineFor(name, 4));
    expect(moved.every((name) => engineFor(name, 4) === 4)).toBe(true);
    expect(moved.length).toBeGreaterThan(60);
    expect(names.every((name) => engineFor(name, 1) === 1)).toBe(true);
  });
});
