import { expect, it } from 'vitest';
import { FlushTimer } from '../../../../engine/mux/flush-timer.js';
import { FakeClock } from '../../../kit/fake-clock.js';

it('is one timer for all files, and none when there is no file', () => {
  const clock = new FakeClock();
  const timer = new FlushTimer(clock);
  const told: string[] = [];
  const [a, b] = ['a', 'b'].map((name) => ({ flushDue: (now: number) => void told.push(`${name} ${now / 1000}`) }));
  expect(clock.pendingTimers).toBe(0);
  timer.add(a!);
  timer.add(b!);
  expect(clock.pendingTimers).toBe(1);
  clock.advance(130);
  expect(told).toEqual(['a 125', 'b 125']);
  timer.delete(a!);
  clock.advance(125);
  expect(told.slice(2)).toEqual(['b 250']);
  timer.delete(b!);
  expect(clock.pendingTimers).toBe(0);
  timer.add(a!);
  clock.advance(125);
  expect(told.slice(3)).toEqual(['a 380']);
});
