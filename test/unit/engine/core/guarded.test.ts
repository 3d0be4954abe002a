import { expect, it } from 'vitest';
import { guarded, RepeatedFaults } from '../../../../engine/core/guarded.js';
import { FakeClock } from '../../../kit/fake-clock.js';

it('a guarded call neither throws nor rejects, and tells both', async () => {
  const faults: unknown[] = [];
  const call = guarded(
    (how: 'well' | 'throw' | 'reject') => {
      if (how === 'throw') throw new Error('thrown');
      return how === 'reject' ? Promise.reject(new Error('rejected')) : how;
    },
    (error) => faults.push(error),
  );
  call('well');
  call('throw');
  call('reject');
  await Promise.resolve();
  expect(faults).toEqual([new Error('thrown'), new Error('rejected')]);
});

it('a fault that repeats is told at once, and then once a minute with how often it came', () => {
  const clock = new FakeClock();
  const told: number[] = [];
  const faults = new RepeatedFaults(clock, (_error, count) => told.push(count));
  for (let second = 0; second < 150; second++) {
    faults.add(new Error('again'));
    clock.advance(1000);
  }
  expect(told).toEqual([1, 60, 60]);
});
