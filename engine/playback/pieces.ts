import type { Segment } from '../archive/archive-index.js';
import { type Cut, TICKS } from '../archive/cuts.js';
import { toTicks90k } from '../core/time.js';

/** A part of a segment's file. */
export interface PiecePart {
  segment: Segment;
  /** Bytes of the file, the second one excluded. */
  from: number;
  to: number;
}

/** Media that is served at once: from one keyframe to another. Times are ticks of 1/90000 s since the epoch. */
export interface Piece {
  start: number;
  end: number;
  /** Pieces with the same one can be played on from each other. */
  format: string;
  /** Decoding can begin here. */
  keyed: boolean;
  /** In one file, or in several where a recording goes on in another one without a keyframe. */
  parts: PiecePart[];
}

/** Closer than this, media goes on where other media has ended: the camera's clock and the engine's differ by less. */
const SEAM = TICKS / 5;
const NEWEST = 20;

/**
 * What there is to play in segments, in the order of time. Segments that begin before another one has ended come from a clock
 * that was set back: they are left out.
 */
export const piecesOf = (segments: readonly Segment[]): Piece[] => {
  const pieces: Piece[] = [];
  for (const segment of segments) {
    const { format, keyed, continues, startUtc, cuts } = segment;
    const last = pieces.at(-1);
    const start = toTicks90k(startUtc);
    if (format === undefined || cuts.length < 2 || (last && start < last.end - SEAM)) continue;
    for (let index = 0; index + 1 < cuts.length; index++) {
      const piece = pieceAt(segment, format, start, cuts[index]!, cuts[index + 1]!);
      const before = pieces.at(-1);
      const goesOn = index === 0 && !keyed && continues && before?.format === format && start - before.end < SEAM;
      if (goesOn) {
        before.end = piece.end;
        before.parts.push(...piece.parts);
      } else pieces.push({ ...piece, start: Math.max(piece.start, before?.end ?? 0), keyed: index > 0 || keyed });
    }
  }
  return pieces;
};

const pieceAt = (segment: Segment, format: string, start: number, from: Cut, to: Cut): Omit<Piece, 'keyed'> => ({
  start: start + from.ticks,
  end: start + to.ticks,
  format,
  parts: [{ segment, from: from.offset, to: to.offset }],
});

/** How long the longest of the newest pieces is, in seconds: the next ones will hardly be longer. */
export const longestOf = (pieces: readonly Piece[]): number =>
  Math.max(0, ...pieces.slice(-NEWEST).map(({ start, end }) => end - start)) / TICKS;

/** Bits per second, of all tracks together. */
export const bandwidthOf = (pieces: readonly Piece[]): number => {
  let bytes = 0;
  let ticks = 0;
  for (const { start, end, parts } of pieces) {
    for (const { from, to } of parts) bytes += to - from;
    ticks += end - start;
  }
  return Math.max(1, Math.round((bytes * 8 * TICKS) / Math.max(1, ticks)));
};

/** A stretch of time in which there is media without a gap. */
export interface Range {
  /** Ticks since the epoch. */
  start: number;
  end: number;
}

/** Where there is media. Gaps of up to `gap` ticks do not count. */
export const rangesOf = (spans: readonly Range[], gap = SEAM): Range[] => {
  const ranges: Range[] = [];
  for (const { start, end } of spans) {
    const last = ranges.at(-1);
    if (last && start - last.end <= gap) last.end = Math.max(last.end, end);
    else ranges.push({ start, end });
  }
  return ranges;
};
