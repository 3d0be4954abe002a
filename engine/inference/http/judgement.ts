import { STATUS_CODES } from 'node:http';
import type { UtcMicros } from '../../core/time.js';
import { readBody } from '../answers/body.js';
import { NOTHING_FOUND } from '../answers/read-answer.js';
import type { Answer } from '../types.js';
import { failureOf } from './failure.js';
import { type Loss, loss } from './loss.js';
import type { Result } from './question.js';
import { headerOf, type Reply } from './reply.js';
import { retryAfterMs } from './retry-after.js';
import type { Words } from './words.js';

export type Judgement = { readonly kind: 'answer'; readonly answer: Answer } | Loss;

export interface JudgeOptions {
  /** The server, in messages. */
  readonly label: string;
  readonly words: Words;
  readonly timeoutMs: number;
  readonly answerBytes: number;
  readonly now: UtcMicros;
}

/** What follows from what has become of a picture. */
export const judge = (result: Result, options: JudgeOptions): Judgement => {
  const { label, words, timeoutMs, answerBytes } = options;
  switch (result.kind) {
    case 'reply':
      return judgeReply(result.reply, options);
    case 'locked': {
      const how =
        result.why === 'unanswerable'
          ? 'asks for credentials, but for none that are known here (Basic, or Digest with MD5 or SHA-256)'
          : 'refuses the credentials of the endpoint, or there are none';
      const message = `${label} ${how}: ${statusText(result.reply, words)}. Correct them in the endpoint.`;
      return loss('refused', 'authentication', '401', message, 'credentials');
    }
    case 'tooLarge':
      return loss('answerTooLarge', 'protocol', 'answerTooLarge', `${label} answers more than ${answerBytes} bytes.`);
    case 'failed':
      return failureOf(result.error, label);
    case 'late':
      return result.wasConnected
        ? loss('timeout', 'network', 'timeout', `${label} has not answered within ${timeoutMs} ms.`)
        : loss('connection', 'network', 'ETIMEDOUT', `${label} was not reached within ${timeoutMs} ms.`, 'network');
  }
};

const judgeReply = (reply: Reply, options: JudgeOptions): Judgement => {
  const { status } = reply;
  if (status >= 200 && status < 300) return judgeSuccess(reply, options.label);
  const { label, words, now } = options;
  const code = String(status);
  const says = `${label} answers ${statusText(reply, words)}`;
  if (status === 503 || status === 429) {
    return loss('backoff', 'protocol', code, `${says}. It is asked again later.`, retryAfterMs(reply.headers, now));
  }
  if (status === 401 || status === 407) return loss('refused', 'authentication', code, `${says}.`, 'credentials');
  if (status === 403) {
    const message = `${says}: it knows the credentials, if there are any, and does not allow this.`;
    return loss('refused', 'authorization', code, message, 'credentials');
  }
  if (status < 400) {
    const location = headerOf(reply.headers, 'location')?.replace(/[?#].*/s, '') ?? '';
    const where = location === '' ? '' : ` to ${words.quote(location)}`;
    const message = `${says}: it redirects${where}, which is not followed. Enter the address that it has now.`;
    return loss('refused', 'protocol', code, message, 'address');
  }
  if (status === 502 || status === 504) return loss('refused', 'protocol', code, `${says}.`, 'network');
  if (NOT_HERE.has(status)) {
    return loss('refused', 'protocol', code, `${says}. Check the path of the endpoint's url.`, 'address');
  }
  return loss('refused', 'protocol', code, `${says}.`, ...(status >= 500 ? (['failing'] as const) : []));
};

/** What does not depend on the picture. */
const NOT_HERE = new Set([404, 405, 410, 421, 426, 451, 501, 505]);

const judgeSuccess = ({ status, headers, body }: Reply, label: string): Judgement => {
  if (status === 204 || status === 205) return { kind: 'answer', answer: NOTHING_FOUND };
  const coding = headerOf(headers, 'content-encoding') ?? 'identity';
  if (body.length > 0 && !/^identity$/i.test(coding)) {
    const message = `${label} answers in a compressed form, which it was not asked for.`;
    return loss('badAnswer', 'protocol', 'contentEncoding', message);
  }
  const reading = readBody(body, headerOf(headers, 'content-type'));
  switch (reading.kind) {
    case 'answer':
      return reading;
    case 'tooLarge':
      return loss('answerTooLarge', 'protocol', 'answerTooLarge', `The answer of ${label} ${reading.why}.`);
    case 'bad':
      return loss('badAnswer', 'protocol', 'badAnswer', `The answer of ${label} ${reading.why}.`);
  }
};

const statusText = (reply: Reply, words: Words): string => {
  const name = STATUS_CODES[reply.status];
  const said = words.of(reply);
  return `${reply.status}${name === undefined ? '' : ` ${name}`}${said === '' ? '' : ` ("${said}")`}`;
};
