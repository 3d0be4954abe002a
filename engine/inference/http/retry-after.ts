import { MICROS_PER_MS, type UtcMicros } from '../../core/time.js';
import { headerOf, type ReplyHeaders } from './reply.js';

const DEFAULT_MS = 1_000;
/** What a server asks for beyond this is more likely a mistake. */
const LONGEST_MS = 60_000;

/**
 * How long a server wants to be left alone, in milliseconds: a number of seconds, or a date, which is compared with the
 * server's own clock if it tells that.
 */
export const retryAfterMs = (headers: ReplyHeaders, now: UtcMicros): number => {
  const text = headerOf(headers, 'retry-after')?.trim() ?? '';
  if (/^\d+(?:\.\d*)?$/.test(text)) return Math.min(LONGEST_MS, Number(text) * 1000);
  const until = Date.parse(text);
  if (Number.isNaN(until)) return DEFAULT_MS;
  const theirs = Date.parse(headerOf(headers, 'date') ?? '');
  const from = Number.isNaN(theirs) ? now / MICROS_PER_MS : theirs;
  return Math.min(LONGEST_MS, Math.max(0, until - from));
};
