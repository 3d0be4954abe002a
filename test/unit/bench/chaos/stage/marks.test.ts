import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { storiesOf } from '../../../../../bench/chaos/judge/stories.js';
import { Marks } from '../../../../../bench/chaos/stage/marks.js';
import { AvaEvent } from '../../../../../engine/events/catalogue.js';
import type { EventRecord } from '../../../../../engine/events/types.js';

const T0 = Date.parse('2026-01-01T12:00:00Z');
const at = (seconds: number): string => new Date(T0 + seconds * 1000).toISOString();

beforeEach(() => {
  vi.useFakeTimers({ now: T0, toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const clip = (pipeline: string, from: number, to: number): EventRecord[] => {
  const outputLocation = `${pipeline}-${from}`;
  const event = (seq: number, eventType: string, seconds: number, data: object): EventRecord => ({
    ...{ seq, id: '', topic: '', dataVersion: '1.0', eventType, eventTime: at(seconds) },
    subject: `/edgeModules/m/livePipelines/${pipeline}/sinks/s`,
    data: { outputLocation, ...data },
  });
  return [
    event(1, AvaEvent.RecordingStarted, from, { startTime: at(from) }),
    event(2, AvaEvent.RecordingStopped, to, {}),
  ];
};

it('excuses broken pictures of a pipeline while it is damaged, and a moment after', () => {
  const marks = new Marks();
  vi.setSystemTime(T0 + 20_000);
  const over = marks.damaging('p');
  vi.setSystemTime(T0 + 30_000);
  over();
  const { damaged } = marks.excuses([]);
  const isDamaged = (pipeline: string, from: number, to: number) => damaged(storiesOf(clip(pipeline, from, to))[0]!);
  expect(isDamaged('p', 10, 21)).toBe(true);
  expect(isDamaged('p', 34, 40)).toBe(true);
  expect(isDamaged('p', 1, 15)).toBe(false);
  expect(isDamaged('p', 60, 70)).toBe(false);
  expect(isDamaged('other', 20, 30)).toBe(false);
});

it('excuses the files that had begun when the folder was removed', () => {
  const marks = new Marks();
  vi.setSystemTime(T0 + 20_000);
  marks.removed();
  const { removed } = marks.excuses([...clip('p', 10, 25), ...clip('p', 30, 40)]);
  expect(removed('p-10')).toBe(true);
  expect(removed('p-30')).toBe(false);
  expect(removed('unknown')).toBe(false);
});
