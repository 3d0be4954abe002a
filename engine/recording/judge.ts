/**
 * A file that the muxer reports as finished is read again before it is announced. A muxer that can make nothing of a
 * stream writes a file without a single picture, and reports no error.
 */
import { statSync } from 'node:fs';
import type { EndReason } from '../../bridge/types.js';
import { messageOf } from '../core/errors.js';
import { withFile } from '../mp4/boxes.js';
import type { ClipEnd } from './clip-end.js';
import { layoutOf } from './mp4-layout.js';

/** What stays the same when a file is renamed, and differs when its name leads to another one. */
export interface FileIdentity {
  dev: number;
  ino: number;
}

const FILE_GONE = 'fileGone';

/** Why a clip cannot be written on. */
export const fileGone = {
  kind: 'error',
  failure: 'file',
  code: FILE_GONE,
  message: 'the file was removed or replaced while it was written',
} as const satisfies EndReason;

export const isFileGone = (reason: EndReason): boolean => 'code' in reason && reason.code === FILE_GONE;

/** What cannot be looked at is taken for the same: whoever reads it will see. */
export const isSameFile = (path: string, { dev, ino }: FileIdentity): boolean => {
  try {
    const now = statSync(path, { throwIfNoEntry: false });
    return now !== undefined && now.dev === dev && now.ino === ino;
  } catch {
    return true;
  }
};

/**
 * @param file what was at `path` when the clip was begun
 * @returns `end` as it is if the file has everything that was written; otherwise `end` with the missing units in
 *   `lostUnits`, or as a failure.
 */
export const judge = (path: string, end: ClipEnd, file: FileIdentity): ClipEnd => {
  const ended = (reason: EndReason): ClipEnd => {
    return { ...end, ok: false, reason };
  };
  const failed = (code: string, message: string): ClipEnd => ended({ kind: 'error', failure: 'file', code, message });
  if (!isSameFile(path, file)) return ended(fileGone);
  if (!end.ok) return end;
  try {
    const { state, samples } = withFile(path, layoutOf);
    if (state === 'fragmented') return failed('notFinalised', 'the muxer has left the file unfinished');
    if (state === 'unplayable' || samples === 0)
      return failed('emptyClip', `nothing could be made of the ${end.units} pictures of this clip`);
    return { ...end, lostUnits: end.lostUnits + Math.max(0, end.units - samples) };
  } catch (error) {
    return failed('file.read', `the clip cannot be read back: ${messageOf(error)}`);
  }
};
