import { describe, expect, it } from 'vitest';
import { Recorder } from '../../../../bench/adaptive/recorder.js';
import { type MediaTime, seconds } from '../../../../engine/core/time.js';

describe('what is recorded', () => {
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
