import { withoutCredentials } from '../credentials.js';
import { type FailureKind, statusFailureKind } from '../failure.js';
import type { EndReason } from '../types.js';
import type { BusMessage } from './gstreamer.js';

/**
 * GStreamer's standard texts (in the C locale, which hosts run in) and the error they stand for. The binding gives
 * neither domain nor number, so this is the one place that matches texts.
 */
const standardTexts: readonly [text: RegExp, code: string, failure: FailureKind][] = [
  [/^Could not open resource/, 'resource.open', 'network'],
  [/^Resource not found|^Not found/, 'resource.notFound', 'protocol'],
  [/^Could not read from resource/, 'resource.read', 'network'],
  [/^Could not write to resource/, 'resource.write', 'network'],
  [/^Unauthorized|^Not authorized|missing authorization/i, 'resource.notAuthorized', 'auth'],
  [/^Internal data (stream|flow) error/, 'stream.failed', 'network'],
  [/^Could not decode stream/, 'stream.decode', 'format'],
  [/^Could not demultiplex/, 'stream.demux', 'format'],
  [/^Could not determine type/, 'stream.typeNotFound', 'format'],
  [/of a different type/, 'stream.wrongType', 'format'],
  [/no codec present|in the wrong format/, 'stream.failed', 'format'],
  [/^/, 'stream.failed', 'network'],
];

/** The error in one line, without source positions, object paths and credentials. */
export const errorReason = (message: BusMessage): Extract<EndReason, { kind: 'error' }> => {
  const text = message.message ?? 'unknown error';
  const element = message._src_element_name ?? 'pipeline';
  const detail = detailOf(message.debug ?? '');
  return {
    kind: 'error',
    ...classify(text, detail, message.details ?? ''),
    message: withoutCredentials(`${element}: ${text}${detail ? ` (${detail})` : ''}`),
  };
};

const classify = (text: string, detail: string, details: string): { code: string; failure: FailureKind } => {
  const status = /rtsp-status-code=\(uint\)(\d{3})/.exec(details)?.[1];
  if (status !== undefined) return { code: `rtsp.${status}`, failure: statusFailureKind(Number(status)) };
  const [, code, failure] = standardTexts.find(([pattern]) => pattern.test(text))!;
  // Elements that cannot agree on a format report a stream that failed, with this as the reason.
  return { code, failure: detail.includes('not-negotiated') ? 'format' : failure };
};

const detailOf = (debug: string): string =>
  debug
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('; ')
    .slice(0, 300);
