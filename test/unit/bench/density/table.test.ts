import { describe, expect, it } from 'vitest';
import { NAMES, type SubjectKey, sizeNamed } from '../../../../bench/density/names.js';
import { boundsOf, KEYS } from '../../../../bench/density/table.js';

const round = (cameras: number, cpu: Partial<Record<SubjectKey, number>>) => ({
  samples: Object.entries(cpu).map(([key, cpuMicros]) => ({
    ...{ subject: NAMES[key as SubjectKey], cameras, seconds: 10, idleShare: 0.5, work: {} },
    groups: { all: { processes: 1, threads: 1, cpuMicros, rssBytes: 0, pssBytes: 0 } },
  })),
});

const boundsAt = (size: '640x360' | '1920x1080', scene: string, cpu: Partial<Record<SubjectKey, number>>) => {
  const cell = { size: sizeNamed(size), scene, cameras: undefined };
  return boundsOf([round(cell.size.cameras, cpu)], cell, KEYS).map(({ name, versus, value, limit }) => ({
    ...{ who: `${name} / ${versus}`, value, ...limit },
  }));
};

describe('what a camera may cost', () => {
  it('is little where nothing moves, and less of a larger picture', () => {
    const cpu = { adaptive: 30, directAdaptive: 12, fps5: 90, motion: 100, decode: 80 };
    expect(boundsAt('640x360', 'quiet', cpu)).toEqual([
      {
        ...{ who: '640x360, quiet: Sluice adaptive, 16 cameras / Motion passthrough', value: 0.3 },
        ...{ is: 'at most 0.4', verdict: 'met' },
      },
      {
        ...{ who: '640x360, quiet: Sluice direct adaptive, 16 cameras / Motion passthrough', value: 0.12 },
        ...{ is: 'at most 0.17', verdict: 'met' },
      },
      {
        who: `640x360, quiet: Sluice fps:5, 16 cameras / ${NAMES.decode}`,
        ...{ value: 1.125, is: 'at most 1.15', verdict: 'met' },
      },
    ]);
    expect(boundsAt('1920x1080', 'quiet', cpu).map(({ is, verdict }) => [is, verdict])).toEqual([
      ['at most 0.15', 'MISSED'],
      ['at most 0.08', 'MISSED'],
      ['at most 1.15', 'met'],
    ]);
  });

  it('is what others need where all moves all the time', () => {
    const found = boundsAt('1920x1080', 'busy', { adaptive: 105, directAdaptive: 80, motion: 100 });
    expect(found.map(({ is, verdict }) => [is, verdict])).toEqual([
      ['at most 1', 'MISSED'],
      ['at most 1.1', 'not measured'],
      ['at most 1', 'met'],
      ['at most 1.1', 'not measured'],
    ]);
    expect(boundsAt('640x360', 'mixed', { adaptive: 1, motion: 1 })).toEqual([]);
  });

  it('is not judged with another number of cameras, or where one side was not asked for', () => {
    const size = sizeNamed('640x360');
    expect(boundsOf([round(2, { adaptive: 1, motion: 1 })], { size, scene: 'quiet', cameras: 2 }, KEYS)).toEqual([]);
    const cell = { size, scene: 'quiet', cameras: undefined };
    expect(boundsOf([round(16, { adaptive: 1, motion: 1 })], cell, ['adaptive', 'motion'])).toHaveLength(1);
  });
});
