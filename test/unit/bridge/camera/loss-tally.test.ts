import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LossTally } from '../../../../bridge/camera/loss-tally.js';
import type { MediaLoss } from '../../../../bridge/types.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('gathers losses for half a second, and tells the rest at the end', () => {
  const told: MediaLoss[] = [];
  const tally = new LossTally((loss) => told.push(loss));
  tally.add({ packets: 2, spans: 1, micros: 40_000 });
  tally.add({ packets: 1, spans: 1, micros: 80_000 });
  tally.add({ garbageBytes: 7 });
  tally.add({ overflow: 1 });
  tally.add({ overflow: 1 });
  expect(told).toEqual([]);
  vi.advanceTimersByTime(600);
  expect(told).toEqual([{ packets: 3, spans: 2, micros: 120_000, garbageBytes: 7, overflow: 2 }]);
  vi.advanceTimersByTime(10_000);
  tally.add({ packets: 1 });
  tally.flush();
  tally.flush();
  expect(told.slice(1)).toEqual([{ packets: 1, spans: 0, micros: 0, garbageBytes: 0, overflow: 0 }]);
});
