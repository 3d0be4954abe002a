import { describe, expect, it } from 'vitest';
import { headroomBetween } from '../../../../engine/metrics/headroom.js';

const MACHINE = { processors: 2, freeMemory: 1000e6 };
const START = { at: 100, mainThread: 10, ours: 20, everybody: 50, memory: 0 };

describe('the room for more cameras', () => {
  it('is what is left, divided by what one costs', () => {
    // In 100 s: the main thread 20 %, we 50 % of a core and everybody 60 %, with 10 cameras and 400 MB.
    const now = { at: 200, mainThread: 30, ours: 70, everybody: 110, memory: 400e6 };
    expect(headroomBetween(START, now, 10, MACHINE)).toEqual({ mainThread: 25, processors: 20, memory: 20 });
  });

  it('is none where others use the machine up', () => {
    const now = { at: 200, mainThread: 30, ours: 70, everybody: 250, memory: 400e6 };
    expect(headroomBetween(START, now, 10, MACHINE)).toMatchObject({ processors: 0, mainThread: 25 });
  });

  it('is not negative, and not told of a time that has not passed or of no camera', () => {
    const now = { at: 200, mainThread: 95, ours: 220, everybody: 260, memory: 5000e6 };
    expect(headroomBetween(START, now, 10, { ...MACHINE, freeMemory: 0 })).toEqual({
      ...{ mainThread: 0, processors: 0, memory: 0 },
    });
    expect(headroomBetween(START, now, 0, MACHINE)).toBeUndefined();
    expect(headroomBetween(START, START, 10, MACHINE)).toBeUndefined();
  });

  it('counts what hosts have used that are gone as nothing, not as less', () => {
    const now = { at: 200, mainThread: 30, ours: 5, everybody: 110, memory: 400e6 };
    expect(headroomBetween(START, now, 10, MACHINE)!.processors).toBeGreaterThan(1000);
  });
});
