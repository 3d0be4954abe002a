import type { ArchiveIndex, UtcRange } from '../archive/archive-index.js';
import { TICKS } from '../archive/cuts.js';
import { MICROS_PER_SECOND, type Micros, toIso, type UtcMicros } from '../core/time.js';
import { rangesOf } from './pieces.js';

export const PRECISIONS = ['year', 'month', 'day', 'full'] as const;

export type Precision = (typeof PRECISIONS)[number];

/** As AVA's players read it: `2026`, `2026-11`, `2026-11-27` or a time. */
export interface TimeRange {
  start: string;
  end: string;
}

const DAY: Micros = 86_400 * MICROS_PER_SECOND;
/** Characters of an ISO time that a precision has. */
const LENGTHS: Readonly<Record<Exclude<Precision, 'full'>, number>> = { year: 4, month: 7, day: 10 };

/** When a video has media. Years, months and days come one by one. */
export const availableMedia = (
  index: ArchiveIndex,
  video: string,
  precision: Precision,
  range: UtcRange,
  now: UtcMicros,
): TimeRange[] => {
  if (precision === 'full') return fullRanges(index, video, range, now);
  const found = new Set<string>();
  // What is open counts as going on, but not beyond now.
  const until = { startUtc: range.startUtc, endUtc: Math.min(range.endUtc, now) as UtcMicros };
  for (const day of daysWithMedia(index, video, until)) found.add(toIso(day).slice(0, LENGTHS[precision]));
  return [...found].map((each) => ({ start: each, end: each }));
};

/** The beginnings of the days on which there is media, oldest first. Goes from day to day, however many segments a day has. */
function* daysWithMedia(index: ArchiveIndex, video: string, range: UtcRange): Generator<UtcMicros> {
  let from = range.startUtc;
  while (from < range.endUtc) {
    const next = index.between(video, { startUtc: from, endUtc: range.endUtc }, 1)[0];
    if (!next) return;
    const at = Math.max(next.startUtc, from);
    const day = (at - (((at % DAY) + DAY) % DAY)) as UtcMicros;
    yield day;
    from = (day + DAY) as UtcMicros;
  }
}

const fullRanges = (index: ArchiveIndex, video: string, range: UtcRange, now: UtcMicros): TimeRange[] => {
  const { startUtc, endUtc } = range;
  const spans = index
    .between(video, range)
    .map((segment) => ({
      start: Math.max(segment.startUtc, startUtc),
      end: Math.min(segment.endUtc ?? now, endUtc),
    }))
    // What is open goes on until now, and a range may begin later.
    .filter(({ start, end }) => end > start);
  // Spans are µs here, and the gap that does not count is that of pieces.
  const gap = ((TICKS / 5) * MICROS_PER_SECOND) / TICKS;
  return rangesOf(spans, gap).map(({ start, end }) => ({
    start: toIso(start as UtcMicros),
    end: toIso(end as UtcMicros),
  }));
};
