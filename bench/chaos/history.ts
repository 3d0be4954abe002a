import type { Violation } from './report.js';

/** What a run has done and found, with times: enough to see what led to a violation. */
export class History {
  readonly lines: string[] = [];
  readonly violations: Violation[] = [];
  readonly #began = performance.now();
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  note(text: string): void {
    const line = `${this.#stamp()}  ${text}`;
    this.lines.push(line);
    this.#log(line);
  }

  violation(rule: string, what: string): void {
    this.violations.push({ rule, what: `${this.#stamp()} ${what}` });
    this.note(`VIOLATION ${rule}: ${what}`);
  }

  /** Seconds since the beginning, and the time of day, with which logs and events can be compared. */
  #stamp(): string {
    const seconds = ((performance.now() - this.#began) / 1000).toFixed(1);
    return `${seconds.padStart(7)} s ${new Date().toISOString().slice(11, 23)}`;
  }
}
