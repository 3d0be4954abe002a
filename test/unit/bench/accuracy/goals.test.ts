import { expect, it } from 'vitest';
import { goalsOf, type Measured } from '../../../../bench/accuracy/goals.js';

const nothing: Measured = { judged: new Map(), midStarts: [], looped: [], weather: [], sensitivities: [] };

const goal = (measured: Partial<Measured>, name: string) =>
  goalsOf({ ...nothing, ...measured }).find((one) => one.goal.includes(name));

it('has no goal for what was not measured', () => {
  const names = goalsOf(nothing).map((one) => one.goal);
  expect(names.some((name) => /middle|night|weather|stress|crf|low/.test(name))).toBe(false);
});

it('bears a clip of ten that is found a second less, and not two', () => {
  const clip = { clip: 'a', found: [8, 8, 7], of: 8 };
  expect(goal({ looped: [clip] }, 'every clip')).toMatchObject({ met: true, measured: 'a: 8 → 7' });
  expect(goal({ looped: [{ ...clip, found: [8, 6] }] }, 'every clip')?.met).toBe(false);
});

it('compares the last repetition with the first', () => {
  const walk = { clip: 'psu_walk', found: [8, ...new Array(48).fill(3), 8], of: 8 };
  expect(goal({ looped: [walk] }, '50 times')).toMatchObject({ met: true, measured: '8 of 8' });
  expect(goal({ looped: [{ ...walk, found: [...walk.found, 7] }] }, '51 times')?.met).toBe(false);
});

it('lets a shadow cost nothing, and ten minutes of rain a tenth', () => {
  const after = (what: string, found: number) => ({ clip: 'a', what, found, before: 10, of: 10 });
  expect(goal({ weather: [after("5 s after a cloud's shadow", 9)] }, 'shadow')?.met).toBe(false);
  expect(goal({ weather: [after('10 min of rain, still there', 9)] }, 'rain')?.met).toBe(true);
  expect(goal({ weather: [after('10 min of rain, still there', 8)] }, 'rain')?.met).toBe(false);
});

it('tells of the event that suffers most when the detector begins in its middle', () => {
  const event = (clip: string, found: number) => ({ clip, rate: '5', event: [1, 9] as const, found, before: 4, of: 4 });
  const midStarts = [event('a', 4), event('b', 1), event('c', 4)];
  expect(goal({ midStarts }, 'the worst event')).toMatchObject({
    met: false,
    measured: expect.stringContaining('b 1–9'),
  });
  expect(goal({ midStarts }, 'all events')).toMatchObject({ met: false, measured: '5: 0.75' });
});

it('wants no false start under stress', () => {
  expect(goal({ stress: { starts: 0, hits: 32, events: 32 } }, 'stress')?.met).toBe(true);
  expect(goal({ stress: { starts: 1, hits: 32, events: 32 } }, 'stress')?.met).toBe(false);
});
