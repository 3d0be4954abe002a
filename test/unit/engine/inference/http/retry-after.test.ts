import { describe, expect, it } from 'vitest';
import type { UtcMicros } from '../../../../../engine/core/time.js';
import { retryAfterMs } from '../../../../../engine/inference/http/retry-after.js';

const NOW = (Date.UTC(2026, 0, 2, 3, 4, 5) * 1000) as UtcMicros;

describe('Retry-After', () => {
  it.each([
    ['7', 7_000],
    [' 0.5 ', 500],
    ['0', 0],
    ['86400', 60_000],
    ['-1', 1_000],
    ['1e9', 1_000],
    ['', 1_000],
    ['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
    ['Fri, 02 Jan 2026 03:04:00 GMT', 0],
    ['Fri, 02 Jan 2099 03:04:00 GMT', 60_000],
    ['after lunch', 1_000],
  ])('of %j', (text, ms) => {
    expect(retryAfterMs({ 'retry-after': text }, NOW)).toBe(ms);
  });

  it('that is missing, or came twice', () => {
    expect(retryAfterMs({}, NOW)).toBe(1_000);
    expect(retryAfterMs({ 'retry-after': ['2', '3'] }, NOW)).toBe(2_000);
  });

  it('with a date is by the server’s clock', () => {
    const headers = { 'retry-after': 'Fri, 02 Jan 2026 08:00:10 GMT', date: 'Fri, 02 Jan 2026 08:00:00 GMT' };
    expect(retryAfterMs(headers, NOW)).toBe(10_000);
  });
});
