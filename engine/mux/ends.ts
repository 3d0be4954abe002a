import type { EndReason, StreamCaps } from '../../bridge/types.js';

/** How much may wait for a file, and the words when one ends before it should. */

/** Above this the disk is taken to be stuck; waiting longer would only fill memory. */
export const BACKLOG_END = 64 * 1024 * 1024;
/** How long it may take to finalise a clip. */
export const FINISH_TIMEOUT_MS = 60_000;

const formatError = (code: string, message: string): EndReason => ({ kind: 'error', failure: 'format', code, message });
const fileFailure = (code: string, message: string): EndReason => ({ kind: 'error', failure: 'file', code, message });

export const NO_PARAMETER_SETS = formatError('noParameterSets', 'the first picture comes without parameter sets');
export const noMp4Of = (tracks: readonly StreamCaps[]): EndReason =>
  formatError('unsupportedCaps', `no MP4 of ${tracks.map(({ mediaType }) => mediaType).join(' and ') || 'no track'}`);
export const EMPTY_CLIP = formatError('emptyClip', 'nothing was written');
export const BACKLOG = fileFailure('muxBacklog', `more than ${BACKLOG_END} bytes wait to be written`);
export const FINISH_TIMEOUT = fileFailure('finishTimeout', 'the clip could not be finished in time');

/** An error of the file system. */
export const fileError = (error: unknown): EndReason =>
  fileFailure(`file.${(error as NodeJS.ErrnoException).code ?? 'ERROR'}`, String((error as Error).message));
