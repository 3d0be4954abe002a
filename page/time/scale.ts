/** What part of time is shown, and where. Times in ms since the epoch, places in CSS pixels. */

export interface Span {
  start: number;
  end: number;
}

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

const SHORTEST = MINUTE;
const LONGEST = 31 * DAY;
/** So much of the future is shown at most, of what is shown. */
const AHEAD = 0.15;

export const lengthOf = ({ start, end }: Span): number => end - start;

export const placeOf = (time: number, span: Span, width: number): number =>
  ((time - span.start) / lengthOf(span)) * width;

export const timeAt = (x: number, span: Span, width: number): number => span.start + (x / width) * lengthOf(span);

/** A span of that length in which `time` is at a share of the width. Never more than a little of the future. */
export const spanAround = (time: number, length: number, now: number, share = 0.5): Span => {
  const fitting = Math.max(SHORTEST, Math.min(LONGEST, length));
  const start = Math.min(time - fitting * share, now + fitting * AHEAD - fitting);
  return { start, end: start + fitting };
};

/** @param factor below 1 shows less of time, around what stays in its place */
export const zoomed = (span: Span, factor: number, around: number, now: number): Span =>
  spanAround(around, lengthOf(span) * factor, now, (around - span.start) / lengthOf(span));

export const moved = (span: Span, by: number, now: number): Span => spanAround(span.start + by, lengthOf(span), now, 0);

/** Keeps a moment in sight: unchanged if it is, else the span moves so that it is. */
export const keeping = (span: Span, time: number, now: number): Span => {
  const margin = lengthOf(span) * 0.04;
  if (time >= span.start + margin && time <= span.end - margin) return span;
  // Room in the direction in which it goes.
  const share = time < span.start + margin ? 0.8 : 0.2;
  return spanAround(time, lengthOf(span), now, share);
};

const STEPS = [
  ...[1000, 2000, 5000, 10_000, 15_000, 30_000],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14].map((count) => count * DAY),
];

/** Marks at round times of the viewer's zone. `major` where a day begins. */
export interface Tick {
  time: number;
  major: boolean;
}

/** @param perMark pixels that a mark and its words need */
export const ticksOf = (span: Span, width: number, perMark: number): { step: number; ticks: Tick[] } => {
  const enough = (lengthOf(span) / Math.max(1, width)) * perMark;
  const step = STEPS.find((each) => each >= enough) ?? 14 * DAY;
  const ticks: Tick[] = [];
  for (let time = firstMark(span.start, step); time < span.end; time = nextMark(time, step)) {
    const date = new Date(time);
    ticks.push({ time, major: date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0 });
  }
  return { step, ticks };
};

/** Steps of a day and more begin at midnight of the viewer's zone, others at round times of his clock. */
const firstMark = (start: number, step: number): number => {
  const midnight = new Date(start);
  midnight.setHours(0, 0, 0, 0);
  if (step >= DAY) return midnight.getTime() < start ? nextMark(midnight.getTime(), DAY) : midnight.getTime();
  let time = midnight.getTime();
  time += Math.ceil((start - time) / step) * step;
  return time;
};

/** Days are not always of 24 hours. */
const nextMark = (time: number, step: number): number => {
  if (step < DAY) return time + step;
  const next = new Date(time);
  next.setDate(next.getDate() + step / DAY);
  return next.getTime();
};
