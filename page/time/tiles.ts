import { DAY, HOUR, lengthOf, MINUTE, type Span } from './scale.js';

/** A part of time that is asked for at once. Of each length they lie side by side from the epoch on. */
export interface Tile extends Span {
  key: string;
}

/** Of the length of what is shown: from then on, and how long its tiles are. */
const LEVELS = [
  { upTo: 20 * MINUTE, length: 10 * MINUTE },
  { upTo: 4 * HOUR, length: HOUR },
  { upTo: 2 * DAY, length: 12 * HOUR },
  { upTo: Number.POSITIVE_INFINITY, length: 8 * DAY },
] as const;

/** The tiles that cover a span; fewer than twenty whatever its length. */
export const tilesOf = (span: Span): Tile[] => {
  const { length } = LEVELS.find(({ upTo }) => lengthOf(span) <= upTo)!;
  const tiles: Tile[] = [];
  for (let index = Math.floor(span.start / length); index * length < span.end; index++) {
    tiles.push({ key: `${length}/${index}`, start: index * length, end: (index + 1) * length });
  }
  return tiles;
};

/** Whether what was asked for then may be another by now: media is still coming, and a little later it is settled. */
export const isStale = (tile: Span, askedAt: number, now: number, every = 4000): boolean =>
  askedAt < tile.end + 30_000 && now - askedAt > every && now > tile.start;
