import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/** How long the process outside may take to notice that there is nothing left to wait for. */
const OUTSIDE_GRACE_MS = 500;

/**
 * A program with the processes that hold it around: bubblewrap, which waits outside, and its first process within. They
 * end when the program does.
 */
export class WrappedProcess {
  #pid: number | undefined;

  /** @param wrappers how many processes are around the program, the child included */
  constructor(
    readonly child: ChildProcess,
    readonly wrappers: 0 | 2,
  ) {}

  /** The program's own; undefined until there is one. */
  get pid(): number | undefined {
    if (this.#pid === undefined && this.child.pid !== undefined) {
      let at: number | undefined = this.child.pid;
      for (let layer = 0; layer < this.wrappers && at !== undefined; layer++) at = firstChildOf(at);
      this.#pid = at;
    }
    return this.#pid;
  }

  /**
   * The first process within takes everything in there along, and what waits for it outside ends after that: when the
   * child's end is reported, nothing is left. Should it not end, because it was stopped as well, it is killed too.
   */
  kill(): void {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const within = this.wrappers === 0 || this.child.pid === undefined ? undefined : firstChildOf(this.child.pid);
    try {
      if (within !== undefined) {
        process.kill(within, 'SIGKILL');
        setTimeout(() => this.child.kill('SIGKILL'), OUTSIDE_GRACE_MS).unref();
        return;
      }
    } catch {
      // Gone meanwhile.
    }
    this.child.kill('SIGKILL');
  }

  /** How the program ended, from how the child did: bubblewrap tells a signal as a shell does. */
  ending(code: number | null, signal: NodeJS.Signals | null): string {
    const number = this.wrappers > 0 && code !== null && code > 128 ? code - 128 : undefined;
    const name = Object.entries(constants.signals).find(([, each]) => each === number)?.[0];
    return signal ?? name ?? `code ${code}`;
  }
}

const firstChildOf = (pid: number): number | undefined => {
  try {
    const first = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ')[0];
    return first ? Number(first) : undefined;
  } catch {
    return undefined;
  }
};
