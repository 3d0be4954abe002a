import { describe, expect, it } from 'vitest';
import { Drains } from '../../../../../engine/inference/grpc/drains.js';

describe('asking for what is held back', () => {
  it('becomes rare if it is of no use, and is as before when it was', () => {
    const drains = new Drains(2_000);
    const waits: number[] = [];
    for (let n = 0; n < 7; n++) {
      waits.push(drains.idleAfter(0) / 1e6);
      drains.ended(false);
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60]);
    drains.ended(true);
    expect(drains.idleAfter(0)).toBe(2e6);
  });

  it('waits for as long as the server is silent as a rule', () => {
    expect(new Drains(2_000).idleAfter(9e6)).toBe(9e6);
  });
});
