import { MICROS_PER_MS, type UtcMicros } from '../../core/time.js';
import { headerOf, type ReplyHeaders } from './reply.js';

const DEFAULT_MS = 1_000;
/** What a server asks for beyond this is more likely a mistake. */
const LONGEST_MS = 60_000;

/**
 * How long a server wants to be left alone, in milliseconds: a number of seconds, or a date, which is compared with the
 * server's own clock if it tells that.
 *
 * @param longestMs what is asked for beyond this is not granted
 */
export const retryAfterMs = (headers: ReplyHeaders, now: UtcMicros, longestMs = LONGEST_MS): number => {
  const text = headerOf(headers, 'retry-after')?.trim() ?? '';
  if (/^\d+(?:\.\d*)?$/.test(text)) return Math.min(longestMs, Number(text) * 1000);
  const until = dateOf(text);
  if (Number.isNaN(until)) return DEFAULT_MS;
  const theirs = dateOf(headerOf(headers, 'date') ?? '');
  const from = Number.isNaN(theirs) ? now / MICROS_PER_MS : theirs;
  return Math.min(longestMs, Math.max(0, until - from));
};

/** `Date.parse` takes more for a date than HTTP has: -1 is one in 2001. Dates of HTTP begin with the day of the week. */
const dateOf = (text: string): number => (/^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN);
