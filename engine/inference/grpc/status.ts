import { status as Status } from '@grpc/grpc-js';
import type { LossCause, Trouble } from '../types.js';
import type { CallEnd } from './connection.js';

const MOST_TEXT = 300;
const NETWORK =
  /\b(ECONNREFUSED|ECONNRESET|ECONNABORTED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EPIPE)\b/;
const TLS =
  /certificate|self[- ]signed|SSL|TLS|wrong version number|Hostname\/IP|CERT_|UNABLE_TO_VERIFY|DEPTH_ZERO|EPROTO/i;

/** What a server says, fit for a log line: it may be long, and anything, even the credentials that it was sent. */
export const shown = (text: string, secrets: readonly string[]): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out
  let line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  for (const secret of secrets) line = line.replaceAll(secret, '***');
  return line.length > MOST_TEXT ? `${line.slice(0, MOST_TEXT)}…` : line;
};

export interface EndContext {
  /** For people. */
  readonly server: string;
  readonly secrets: readonly string[];
  /** Largest picture that was sent inside a message; undefined with shared memory. */
  readonly largestEmbedded: number | undefined;
  readonly answerBytes: number;
}

export interface EndMeaning {
  readonly trouble: Trouble;
  /** What it means for the samples under way. */
  readonly cause: LossCause;
  /** For the largest of them, if it alone is to blame. */
  readonly culprit?: { readonly longerThan: number; readonly cause: LossCause };
}

const nameOf = (status: number): string => Status[status] ?? `status ${status}`;

/** Says what the end of a stream means, for people and for the samples under way. */
export const meaningOf = (end: CallEnd, context: EndContext): EndMeaning => {
  const code = nameOf(end.status);
  const said = end.details ? `: ${shown(end.details, context.secrets)}` : '';
  const mean = (kind: Trouble['kind'], cause: LossCause, text: string, as = code): EndMeaning => ({
    trouble: { kind, code: as, message: `${context.server} ${text}` },
    cause,
  });
  switch (end.status) {
    case Status.OK:
      return mean('protocol', 'connection', 'has ended the stream, without an error.');
    case Status.UNAUTHENTICATED:
      return mean('authentication', 'refused', `refuses the credentials${said}. Check them in the endpoint.`);
    case Status.PERMISSION_DENIED:
      return mean('authorization', 'refused', `refuses although it knows the credentials${said}.`);
    case Status.UNIMPLEMENTED:
      return mean(
        'protocol',
        'refused',
        `does not offer MediaGraphExtension/ProcessMediaStream${said}. Check the URL.`,
      );
    case Status.UNAVAILABLE:
      return unreachable(end, context, mean, said);
    case Status.RESOURCE_EXHAUSTED:
      return tooMuch(end, context, mean, said);
    case Status.CANCELLED:
    case Status.ABORTED:
    case Status.INTERNAL:
    case Status.DEADLINE_EXCEEDED:
      return mean('protocol', 'connection', `has ended the stream with ${code}${said}.`);
    default:
      return mean('protocol', 'refused', `has ended the stream with ${code}${said}. Its log should say why.`);
  }
};

type Mean = (kind: Trouble['kind'], cause: LossCause, text: string, as?: string) => EndMeaning;

const unreachable = (end: CallEnd, _: EndContext, mean: Mean, said: string): EndMeaning => {
  const code = NETWORK.exec(end.details)?.[1];
  if (code === undefined && TLS.test(end.details)) {
    return mean(
      'tls',
      'connection',
      `cannot be trusted${said}. Check trustedCertificates, the host name, and whether it speaks TLS.`,
    );
  }
  return mean('network', 'connection', `cannot be reached${said}. Check the URL, and that the server runs.`, code);
};

/** Texts of servers and of the library itself name the size and the limit. */
const SIZES = /\((\d{1,15}) vs\.? (\d{1,15})\)|larger than (\d{1,15})/;

const tooMuch = (end: CallEnd, context: EndContext, mean: Mean, said: string): EndMeaning => {
  const sizes = SIZES.exec(end.details);
  const limit = Number(sizes?.[2] ?? sizes?.[3] ?? Number.NaN);
  if (limit === context.answerBytes) {
    return mean('protocol', 'answerTooLarge', `has sent an answer of more than ${limit - 1} bytes.`, 'answerTooLarge');
  }
  const largest = context.largestEmbedded;
  if (Number.isNaN(limit) || largest === undefined || largest < limit * 0.9) {
    return mean('protocol', 'refused', `has ended the stream with RESOURCE_EXHAUSTED${said}.`);
  }
  return {
    ...mean(
      'protocol',
      'refused',
      `takes messages of ${limit} bytes, and a picture has ${largest}. Set dataTransfer to sharedMemory, or image to a smaller size or JPEG.`,
    ),
    culprit: { longerThan: limit * 0.99, cause: 'pictureTooLarge' },
  };
};
