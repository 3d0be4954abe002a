import { withoutCredentials } from '../../bridge/credentials.js';
import { messageOf, systemCode } from '../core/errors.js';
import type { UtcMicros } from '../core/time.js';
import { headerOf, type ReplyHeaders } from '../inference/http/reply.js';
import { retryAfterMs } from '../inference/http/retry-after.js';

/** What became of a request. */
export type Verdict =
  | { readonly kind: 'taken' }
  /** Nobody is there any more, and nobody will be. */
  | { readonly kind: 'gone'; readonly why: string }
  /** The server does not want this content; another may pass. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The server, or the way to it, is at fault. `afterMs`: how long it wants to be left alone. */
  | { readonly kind: 'failed'; readonly why: string; readonly afterMs?: number };

/** What is wrong is in the content. Everything else may be mended at the server without the event being another one. */
const REFUSALS = new Set([400, 406, 411, 413, 415, 422, 431]);
const LONGEST_RETRY_MS = 3_600_000;

export const verdictOn = (status: number, headers: ReplyHeaders, now: UtcMicros): Verdict => {
  if (status >= 200 && status < 300) return { kind: 'taken' };
  if (status === 410) return { kind: 'gone', why: 'the server answers 410, Gone' };
  const why = `the server answers ${status}${status >= 300 && status < 400 ? ': redirects are not followed' : ''}`;
  if (REFUSALS.has(status)) return { kind: 'refused', why };
  if (headerOf(headers, 'retry-after') === undefined) return { kind: 'failed', why };
  return { kind: 'failed', why, afterMs: retryAfterMs(headers, now, LONGEST_RETRY_MS) };
};

/** What undici or the network has thrown. */
export const verdictOnError = (error: unknown, target: string): Verdict => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = withoutCredentials(messageOf(cause)) || systemCode(cause) || 'the connection failed';
  return { kind: 'failed', why: `${target} cannot be reached: ${why}` };
};
