import { describe, expect, it } from 'vitest';
import { lengthOf, Recorder, without } from '../../../../bench/adaptive/recorder.js';
import { type MediaTime, seconds } from '../../../../engine/core/time.js';

describe('what is recorded', () => {
  it('is compared second by second, and counts once where parts overlap', () => {
    const all = [
      [0, 10],
      [5, 20],
      [30, 40],
    ] as const;
    expect(lengthOf(all)).toBe(30);
    expect(without(all, [[0, 50]])).toEqual([]);
    expect(without(all, [])).toEqual([
      [0, 20],
      [30, 40],
    ]);
    expect(
      without(all, [
        [1, 4],
        [3, 6],
        [18, 31],
        [39, 50],
      ]),
    ).toEqual([
      [0, 1],
      [6, 18],
      [31, 39],
    ]);
  });

  it('goes from before the first motion to ten seconds after the last', () => {
    const recorder = new Recorder();
    for (let fifth = 0; fifth < 300; fifth++) {
      const at = seconds(fifth / 5) as number as MediaTime;
      if (fifth >= 100 && fifth < 125) recorder.motion(at);
      recorder.unit(at, 0);
    }
    const [[from, to] = [0, 0], ...others] = recorder.end();
    expect(others).toEqual([]);
    expect([from, to].map((time) => Number(time.toFixed(1)))).toEqual([15, 34.8]);
    expect(recorder.coversUntil(seconds(60) as number as MediaTime)).toBeUndefined();
  });

  it('ends where nobody has looked any further, with all that was asked for', () => {
    const recorder = new Recorder();
    recorder.motion(0 as MediaTime);
    for (let second = 0; second <= 6; second++) recorder.unit(seconds(second) as number as MediaTime, seconds(4));
    expect(recorder.end()).toEqual([[0, 6]]);
  });
});
