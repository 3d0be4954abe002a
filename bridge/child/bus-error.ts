import type { EndReason } from '../types.js';
import type { BusMessage } from './gstreamer.js';

/**
 * GStreamer's standard texts (in the C locale, which hosts run in) and the error they stand for. The binding gives
 * neither domain nor number.
 */
const standardTexts: readonly [RegExp, string][] = [
  [/^Could not open resource/, 'resource.open'],
  [/^Resource not found|^Not found/, 'resource.notFound'],
  [/^Could not read from resource/, 'resource.read'],
  [/^Could not write to resource/, 'resource.write'],
  [/^No space left on the resource/, 'resource.noSpaceLeft'],
  [/^Unauthorized|^Not authorized/i, 'resource.notAuthorized'],
  [/^Could not open file/, 'resource.openWrite'],
  [/^Error while writing to file/, 'resource.write'],
  [/^Internal data stream error|^Internal data flow error/, 'stream.failed'],
  [/^Could not decode stream/, 'stream.decode'],
  [/^Could not demultiplex/, 'stream.demux'],
  [/^Could not multiplex/, 'stream.mux'],
  [/^Could not determine type/, 'stream.typeNotFound'],
  [/wrong type|not.*correct.*type/i, 'stream.wrongType'],
];

/** The text of the error in one line, without source positions, object paths and credentials. */
export const errorReason = (message: BusMessage): Extract<EndReason, { kind: 'error' }> => {
  const text = message.message ?? 'unknown error';
  const status = /rtsp-status-code=\(uint\)(\d{3})/.exec(message.details ?? '')?.[1];
  const standard = standardTexts.find(([pattern]) => pattern.test(text))?.[1] ?? 'stream.failed';
  const code = status === undefined ? standard : `rtsp.${status}`;
  const element = message._src_element_name ?? 'pipeline';
  const detail = detailOf(message.debug ?? '');
  return { kind: 'error', code, message: withoutCredentials(`${element}: ${text}${detail ? ` (${detail})` : ''}`) };
};

const detailOf = (debug: string): string =>
  debug
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('; ')
    .slice(0, 300);

export const withoutCredentials = (text: string): string => text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/@\s]*@/gi, '$1');
