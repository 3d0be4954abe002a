/** Stretches of time. */
import { sum } from './numbers.js';

/** From and to, in seconds. */
export type Span = readonly [from: number, to: number];

/** What two have in common; undefined if that is nothing. */
export const overlap = (a: Span, b: Span): Span | undefined => {
  const [from, to] = [Math.max(a[0], b[0]), Math.min(a[1], b[1])];
  return from < to ? [from, to] : undefined;
};

/**
 * Of spans in any order, which may overlap: in order and apart.
 * @param gap seconds between two that follow each other nevertheless
 */
export const union = (spans: readonly Span[], gap = 0): Span[] => {
  const joined: [number, number][] = [];
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && from <= last[1] + gap) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
};

/** What is in `spans` and not in `others`, in order. */
export const without = (spans: readonly Span[], others: readonly Span[]): Span[] => {
  const rest: Span[] = [];
  const away = union(others);
  for (const [from, to] of union(spans)) {
    let at = from;
    for (const [begin, end] of away) {
      if (begin > at && begin < to) rest.push([at, begin]);
      if (begin < to) at = Math.max(at, end);
    }
    if (at < to) rest.push([at, to]);
  }
  return rest;
};

/** Seconds; what is in several counts once. */
export const secondsIn = (spans: readonly Span[]): number => sum(union(spans).map(([from, to]) => to - from));
