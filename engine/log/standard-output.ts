import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { systemCode } from '../core/errors.js';

/** What became of bytes: the reader took some of them, has no room at the moment, or cannot be reached. */
export type Written = { kind: 'taken'; bytes: number } | { kind: 'full' } | { kind: 'failed'; code: string };

/** Errors after which nobody will read. Others may pass: a file's disk may have room again. */
const GONE = new Set(['EPIPE', 'ECONNRESET', 'ENOTCONN', 'ENXIO', 'EIO', 'EBADF']);

/** Whether nobody will ever read what is written there. */
export const isGone = (written: Written): boolean => written.kind === 'failed' && GONE.has(written.code);

/** Where bytes go to without anybody waiting for them. */
export interface PatientOutput {
  write(bytes: Uint8Array): Written;
}

/**
 * Standard output or standard error. Node.js's own streams wait in the middle of a write until the reader has made room:
 * a log collector that is stuck would stop the engine. Here a write takes what fits and returns.
 */
export class StandardOutput implements PatientOutput {
  readonly #standard: 1 | 2;
  #fd: number | undefined;

  constructor(standard: 1 | 2) {
    this.#standard = standard;
  }

  write(bytes: Uint8Array): Written {
    try {
      // Tried again after a failure: a named pipe can be opened only while somebody reads it.
      this.#fd ??= withoutWaiting(this.#standard);
      return { kind: 'taken', bytes: writeSync(this.#fd, bytes) };
    } catch (error) {
      const code = systemCode(error) ?? 'unknown';
      return code === 'EAGAIN' ? { kind: 'full' } : { kind: 'failed', code };
    }
  }
}

/**
 * A descriptor for the same place, on which writes do not wait. The flag for that belongs to what the kernel calls the
 * open file, which a shell and its other programs share with this process. So pipes and terminals are opened anew.
 */
const withoutWaiting = (standard: 1 | 2): number => {
  const place = fstatSync(standard);
  // A file keeps no writer waiting, and opened anew it would be written from its beginning.
  if (place.isFile()) return standard;
  try {
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
    return openSync(`/proc/self/fd/${standard}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch (error) {
    if (place.isFIFO() && systemCode(error) === 'ENXIO') throw error; // nobody reads it
    // Sockets cannot be opened anew, nor can what belongs to another user. Making its stream for them, Node.js sets the
    // flag on what is shared, except on terminals. The stream itself is not used.
    void (standard === 1 ? process.stdout : process.stderr);
    return standard;
  }
};
