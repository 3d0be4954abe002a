import { describe, expect, it } from 'vitest';
import { additions } from '../../../../bench/density/recording.js';
import type { Sample } from '../../../../bench/density/subject.js';

/** A window of 10 s with two cameras. */
const window = (subject: string, ...cpuSeconds: number[]): Sample => ({
  ...{ subject, cameras: 2, seconds: 10, idleShare: 1, work: {} },
  groups: Object.fromEntries(
    cpuSeconds.map((seconds, index) => [
      `group ${index}`,
      { processes: 1, threads: 1, cpuMicros: seconds * 1e6, rssBytes: 0, pssBytes: 0 },
    ]),
  ),
});

describe('what recording adds', () => {
  it('is the difference to the windows around it, of all processes, in percent of a core per camera', () => {
    const samples = [
      window('none', 1, 1),
      window('video', 2, 1, 0.5),
      window('none', 2, 1),
      window('file', 4),
      window('none', 1),
    ];
    expect(additions(samples, 'video')).toEqual([5]);
    expect(additions(samples, 'file')).toEqual([10]);
  });

  it('is not known of a window at the edge', () => {
    expect(additions([window('video', 1), window('none', 1)], 'video')).toEqual([]);
  });
});
