import { expect, it } from 'vitest';
import { storiesOf } from '../../../../../../bench/chaos/judge/stories.js';
import { hadJustBegun, lossesOf } from '../../../../../../bench/chaos/series/trial/losses.js';
import { AvaEvent, type EventRecord } from '../../../../../../engine/index.js';

const BEGIN = Date.parse('2026-01-01T00:00:00.000Z');
const iso = (ms: number): string => new Date(BEGIN + ms).toISOString();

const event = (eventType: string, atMs: number, data: object): EventRecord =>
  ({ eventType, eventTime: iso(atMs), subject: '/livePipelines/p/sinks/s', data }) as unknown as EventRecord;

const clip = (outputLocation: string, startMs: number, reason: string, actualPreRoll = 'PT0S') => [
  event(AvaEvent.RecordingStarted, startMs + 20, { outputLocation, startTime: iso(startMs), actualPreRoll }),
  event(AvaEvent.RecordingStopped, 60_000, { outputLocation, reason }),
];

const lost = (events: EventRecord[], seconds: Record<string, number>, kills: number[]) =>
  lossesOf(
    storiesOf(events),
    new Map(Object.entries(seconds).map(([location, one]) => [location, { seconds: one }])),
    kills.map((ms) => BEGIN + ms),
    2,
  ).map(({ location, seconds: missing }) => [location, Math.round(missing * 1000)]);

it('measures up to the kill that ended the clip, not to an earlier or a later one', () => {
  expect(lost(clip('a', 1000, 'engineDied'), { a: 0.5 }, [500, 2500, 9000])).toEqual([['a', 1000]]);
});

it('measures up to the planned end, if the kill came after it', () => {
  expect(lost(clip('a', 1000, 'engineDied', 'PT1S'), { a: 2.5 }, [9000])).toEqual([['a', 500]]);
});

it('takes all of a clip for lost that does not play, and nothing of one that ended by itself', () => {
  expect(lost([...clip('a', 1000, 'engineDied'), ...clip('b', 1000, 'maximumTime')], {}, [2500])).toEqual([
    ['a', 1500],
  ]);
});

it('knows a clip that had just begun', () => {
  const of = (killMs: number) =>
    lossesOf(storiesOf(clip('a', 1000, 'engineDied', 'PT1S')), new Map(), [BEGIN + killMs], 2);
  expect(of(1100).map(hadJustBegun)).toEqual([true]);
  expect(of(1400).map(hadJustBegun)).toEqual([false]);
  expect(of(1100)).toMatchObject([{ location: 'a', ageMs: 80 }]);
});
