import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemCode } from '../../engine/core/errors.js';
import { tempDir } from './temp-dir.js';

/** A pipe for a child process, of which the test reads when it wants to. */
export class UnreadPipe {
  /** For the `stdio` of a child. Close it with `started` when the child has it. */
  readonly childEnd: number;
  readonly #path: string;
  #readEnd: number | undefined;
  #childEndOpen = true;
  /** What has been read; bytes that `fill` wrote are left out. */
  text = '';

  constructor() {
    this.#path = join(tempDir(), 'pipe');
    execFileSync('mkfifo', [this.#path]);
    this.#readEnd = openSync(this.#path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.childEnd = openSync(this.#path, constants.O_WRONLY);
    onTestFinished(() => {
      this.started();
      this.close();
    });
  }

  /** Writes until there is no room. */
  fill(): void {
    const own = openSync(this.#path, constants.O_WRONLY | constants.O_NONBLOCK);
    const bytes = Buffer.alloc(4096);
    while (written(own, bytes)) {
      // until it is full
    }
    closeSync(own);
  }

  /** The child has its end: without it here, the reader sees the end of what the child writes. */
  started(): void {
    if (this.#childEndOpen) closeSync(this.childEnd);
    this.#childEndOpen = false;
  }

  /** Reads all that is there, and returns everything that was read so far. */
  read(): string {
    const bytes = Buffer.alloc(65_536);
    for (let n = 1; n > 0 && this.#readEnd !== undefined; ) {
      try {
        n = readSync(this.#readEnd, bytes);
        this.text += bytes.toString('utf8', 0, n).replaceAll('\0', '');
      } catch (error) {
        if (systemCode(error) !== 'EAGAIN') throw error;
        n = 0;
      }
    }
    return this.text;
  }

  /** The reader goes away. */
  close(): void {
    if (this.#readEnd !== undefined) closeSync(this.#readEnd);
    this.#readEnd = undefined;
  }
}

const written = (fd: number, bytes: Buffer): boolean => {
  try {
    return writeSync(fd, bytes) > 0;
  } catch (error) {
    if (systemCode(error) !== 'EAGAIN') throw error;
    return false;
  }
};
