import { describe, expect, it } from 'vitest';
import { addDays, addMonths, startOfDay, startOfMonth, utcDaysOf, weeksOf } from '../../../page/time/calendar.js';
import { fromInput, toInput } from '../../../page/time/input.js';
import {
  DAY,
  HOUR,
  keeping,
  lengthOf,
  MINUTE,
  placeOf,
  spanAround,
  ticksOf,
  timeAt,
  zoomed,
} from '../../../page/time/scale.js';
import { isStale, tilesOf } from '../../../page/time/tiles.js';

const NOW = Date.parse('2026-11-27T12:00:00Z');

describe('what part of time the timeline shows', () => {
  const hour = { start: NOW - HOUR, end: NOW };

  it('has each moment at one place', () => {
    for (const x of [0, 1, 499, 1000]) expect(placeOf(timeAt(x, hour, 1000), hour, 1000)).toBeCloseTo(x, 6);
  });

  it('zooms around what stays in its place', () => {
    const around = NOW - 45 * MINUTE;
    const nearer = zoomed(hour, 0.5, around, NOW);
    expect(lengthOf(nearer)).toBe(HOUR / 2);
    expect(placeOf(around, nearer, 1000)).toBeCloseTo(placeOf(around, hour, 1000), 6);
  });

  it('goes from a minute to a month, and no farther', () => {
    expect(lengthOf(zoomed(hour, 1e-6, NOW, NOW))).toBe(MINUTE);
    expect(lengthOf(zoomed(hour, 1e6, NOW, NOW))).toBe(31 * DAY);
  });

  it('shows little of the future', () => {
    const { end } = spanAround(NOW + DAY, HOUR, NOW);
    expect(end - NOW).toBeLessThan(HOUR / 4);
  });

  it('stays while the moment is in sight, and follows when it leaves', () => {
    expect(keeping(hour, NOW - 30 * MINUTE, NOW)).toBe(hour);
    const early = { start: NOW - 3 * HOUR, end: NOW - 2 * HOUR };
    for (const time of [NOW - HOUR, NOW - 5 * HOUR]) {
      const next = keeping(early, time, NOW);
      expect(lengthOf(next)).toBe(HOUR);
      expect(time).toBeGreaterThan(next.start);
      expect(time).toBeLessThan(next.end);
    }
  });

  it.each([MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 31 * DAY])(
    'has marks that do not crowd in %d ms',
    (length) => {
      const { ticks } = ticksOf({ start: NOW - length, end: NOW }, 1000, 80);
      expect(ticks.length).toBeGreaterThan(2);
      expect(ticks.length).toBeLessThanOrEqual(13);
      expect(ticks.every(({ time }, index) => index === 0 || time > ticks[index - 1]!.time)).toBe(true);
      if (length >= 7 * DAY) expect(ticks.every(({ major }) => major)).toBe(true);
    },
  );
});

describe('what is asked for at once', () => {
  it.each([MINUTE, HOUR, DAY, 31 * DAY])('covers %d ms without a hole, in few parts', (length) => {
    const span = { start: NOW - length, end: NOW };
    const tiles = tilesOf(span);
    expect(tiles.length).toBeLessThan(20);
    expect(tiles[0]!.start).toBeLessThanOrEqual(span.start);
    expect(tiles.at(-1)!.end).toBeGreaterThanOrEqual(span.end);
    expect(tiles.every((tile, index) => index === 0 || tile.start === tiles[index - 1]!.end)).toBe(true);
  });

  it('is asked for again only while media may still come', () => {
    const past = { start: NOW - 2 * HOUR, end: NOW - HOUR };
    expect(isStale(past, NOW - 60_000, NOW)).toBe(false);
    const present = { start: NOW - HOUR, end: NOW + HOUR };
    expect(isStale(present, NOW - 5000, NOW)).toBe(true);
    expect(isStale(present, NOW - 1000, NOW)).toBe(false);
  });
});

describe('the calendar', () => {
  it('has every day of a month once, under its weekday', () => {
    const month = startOfMonth(NOW);
    const weeks = weeksOf(month);
    const days = weeks.flat().filter((day) => day !== undefined);
    expect(days).toHaveLength(30);
    expect(weeks.every((week) => week.length === 7)).toBe(true);
    for (const week of weeks) {
      week.forEach((day, index) => {
        if (day !== undefined) expect((new Date(day).getDay() + 6) % 7).toBe(index);
      });
    }
    expect(days[0]).toBe(month);
    expect(addDays(days.at(-1)!, 1)).toBe(addMonths(month, 1));
  });

  it('knows which days of UTC a day has parts of', () => {
    const day = startOfDay(NOW);
    const parts = utcDaysOf(day);
    expect(parts.length).toBe(new Date(day).getTimezoneOffset() === 0 ? 1 : 2);
    expect(parts[0]).toBe(new Date(day).toISOString().slice(0, 10));
  });

  it('reads what it puts into a field', () => {
    const second = Math.floor(NOW / 1000) * 1000;
    expect(fromInput(toInput(second))).toBe(second);
    expect(fromInput('')).toBeUndefined();
  });
});
