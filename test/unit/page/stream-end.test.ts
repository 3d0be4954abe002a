import { describe, expect, it } from 'vitest';
import type { Piece } from '../../../page/media/playlist.js';
import { isSettled, lastBeforeGap } from '../../../page/media/stream-end.js';

const piece = (start: number, end: number): Piece => ({ start, end, uri: String(start), header: 'header' });

describe('the last pictures before a gap', () => {
  const pieces = [piece(0, 2000), piece(2000, 4000), piece(9000, 11_000)];

  it('are told of where a decoder may hold them back', () => {
    expect(lastBeforeGap(pieces, 3500)).toBe(pieces[1]);
    expect(lastBeforeGap(pieces, 3999)).toBe(pieces[1]);
    expect(lastBeforeGap([piece(0, 300)], 10)).toEqual(piece(0, 300));
  });

  it('are far from a moment with more pictures behind it', () => {
    expect(lastBeforeGap(pieces, 1999)).toBeUndefined();
    expect(lastBeforeGap(pieces, 2500)).toBeUndefined();
    expect(lastBeforeGap([], 0)).toBeUndefined();
  });

  it('are not those of a piece that another one follows at once, but for rounding', () => {
    expect(lastBeforeGap([piece(0, 2000), piece(2004, 4000)], 1900)).toBeUndefined();
    expect(lastBeforeGap([piece(0, 2000), piece(2040, 4000)], 1900)).toEqual(piece(0, 2000));
  });

  it('are found behind a short piece', () => {
    expect(lastBeforeGap([piece(0, 2000), piece(2000, 2400)], 1800)).toEqual(piece(2000, 2400));
  });

  it('are the last for good when nothing came behind them for a minute', () => {
    expect(isSettled(piece(0, 2000), 61_000)).toBe(false);
    expect(isSettled(piece(0, 2000), 62_001)).toBe(true);
  });
});
