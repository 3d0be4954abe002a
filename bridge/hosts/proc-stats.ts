import { readdirSync, readFileSync } from 'node:fs';

export interface ProcStats {
  rssBytes: number;
  fds: number;
  cpuSeconds: number;
}

/** Linux gives process times in hundredths of a second to every program, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;
/** Metrics, logs and health may all ask at once. */
const FRESH_MS = 1000;

/** What /proc says of a process; zeros when it is gone or the system has no /proc. */
const readProc = (pid: number | undefined): ProcStats => {
  if (pid === undefined) return { rssBytes: 0, fds: 0, cpuSeconds: 0 };
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold spaces; the fields after it are counted from state = 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return {
      rssBytes: Number(kilobytes ?? 0) * 1024,
      fds: readdirSync(`/proc/${pid}/fd`).length,
      cpuSeconds: (Number(fields[14 - 3]) + Number(fields[15 - 3])) / TICKS_PER_SECOND,
    };
  } catch {
    return { rssBytes: 0, fds: 0, cpuSeconds: 0 };
  }
};

/** The same, read at most once a second. */
export class ProcReader {
  #pid: number | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  #stats: ProcStats = readProc(undefined);

  read(pid: number | undefined): ProcStats {
    const now = performance.now();
    if (pid !== this.#pid || now - this.#readAt >= FRESH_MS) {
      this.#pid = pid;
      this.#readAt = now;
      this.#stats = readProc(pid);
    }
    return this.#stats;
  }
}
