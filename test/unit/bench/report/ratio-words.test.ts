import { describe, expect, it } from 'vitest';
import { compare } from '../../../../bench/report/ratio-words.js';

const less = { better: 'less' } as const;
const more = { better: 'more' } as const;
const wordsOf = (ours: number, theirs: number, name = 'Motion') => compare(ours, theirs, name, less).words;

describe('two figures in words', () => {
  it.each([
    [1, 3, 'a third of Motion’s'],
    [2, 3, 'two thirds of Motion’s'],
    [1, 2, 'half of Motion’s'],
    [49, 100, 'half of Motion’s'],
    [0.24, 1, 'a quarter of Motion’s'],
    [1, 10, 'a tenth of Motion’s'],
    [37, 100, '37 % of Motion’s'],
    [1, 14, '1/14 of Motion’s'],
    [26, 2538, '1/98 of Motion’s'],
  ])('%d beside %d is %s', (ours, theirs, words) => {
    expect(wordsOf(ours, theirs)).toBe(words);
  });

  it.each([
    [2.4, 1, '2.4 times Motion’s'],
    [2, 1, 'twice Motion’s'],
    [1.06, 1, '1.1 times Motion’s'],
    [1234, 1, '1200 times Motion’s'],
    [25_000, 1, '25,000 times Motion’s'],
  ])('%d beside %d is %s', (ours, theirs, words) => {
    expect(wordsOf(ours, theirs)).toBe(words);
  });

  it('names nobody wrongly', () => {
    expect(wordsOf(1, 2, 'the bare servers')).toBe('half of the bare servers’');
    expect(wordsOf(1, 2, 'gst-launch (one process)')).toBe('half of gst-launch’s (one process)');
  });

  it('knows where less is better', () => {
    expect(compare(1, 3, 'x', less).verdict).toBe('better');
    expect(compare(1, 3, 'x', more).verdict).toBe('worse');
    expect(compare(3, 1, 'x', less).verdict).toBe('worse');
    expect(compare(3, 1, 'x', more).verdict).toBe('better');
    expect(compare(3, 1, 'x', { better: 'neither' }).verdict).toBe('neither');
  });

  it('makes nothing of a difference that is none', () => {
    for (const ours of [0.96, 1, 1.04]) expect(compare(ours, 1, 'x', less).verdict).toBe('same');
    expect(wordsOf(1.03, 1)).toBe('about the same as Motion’s');
    expect(wordsOf(7, 7)).toBe('the same as Motion’s');
    expect(compare(0, 0, 'x', less)).toEqual({ words: 'the same as x’s', verdict: 'same' });
  });

  it('does not divide by nothing', () => {
    expect(compare(5, 0, 'x', less)).toEqual({ words: 'more than x’s, which is 0', verdict: 'worse' });
    expect(compare(0, 5, 'x', less)).toEqual({ words: '0, which is less than x’s', verdict: 'better' });
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, -1]) {
      expect(compare(odd, 5, 'x', less)).toEqual({ words: 'cannot be compared', verdict: 'neither' });
      expect(compare(5, odd, 'x', less)).toEqual({ words: 'cannot be compared', verdict: 'neither' });
    }
  });

  it('tells shares by their difference', () => {
    const share = { better: 'more', isShare: true } as const;
    expect(compare(0.98, 0.6, 'x', share)).toEqual({ words: '38 points above x’s', verdict: 'better' });
    expect(compare(0.6, 0.625, 'x', share)).toEqual({ words: '2.5 points below x’s', verdict: 'worse' });
    expect(compare(0.03, 0.02, 'x', { ...share, better: 'less' })).toEqual({
      words: '1 point above x’s',
      verdict: 'worse',
    });
    // As a ratio this would be half, and as far apart as 0.3 and 0.6.
    expect(compare(0.004, 0.008, 'x', { ...share, better: 'less' }).verdict).toBe('same');
  });
});
