import { withoutCredentials } from '../../bridge/credentials.js';
import { every, systemClock } from '../core/clock.js';
import { SluiceError } from '../core/errors.js';
import { standardError } from '../log/standard-error.js';

/** The exit code: 2 if the input was wrong, 1 for anything else. */
export const exitFor = (error: unknown): number => (error instanceof SluiceError && error.kind === 'invalid' ? 2 : 1);

/** Where an option of the command line is the way out. */
const HINTS: Readonly<Record<string, string>> = {
  AddressInUse: 'Stop it, or choose another address: --http 127.0.0.1:0 takes any free port.',
};

/** Prints an error on stderr: what, where, what to do. Unexpected errors are printed with their stack. */
export function reportError(error: unknown): void {
  if (!(error instanceof SluiceError)) {
    standardError.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return;
  }
  const places = Object.entries(error.where).map(([kind, place]) => `${kind} ${place}`);
  const where = places.length > 0 ? ` (${places.join(', ')})` : '';
  standardError.write(`error: ${withoutCredentials(error.message)}${where} [${error.code}]\n`);
  const hint = HINTS[error.code] ?? error.hint;
  if (hint) standardError.write(`${hint}\n`);
}

/** How often is looked whether what has started this process is still there. */
const LOOK_MS = 500;

/**
 * npm passes a signal to a shell, which ends and leaves its children running: calls `then` when that has happened. Does nothing in a
 * process that npm has not started, directly or through a shell.
 */
function whenOrphaned(then: () => void): void {
  if (process.env['npm_command'] === undefined) return;
  const parent = process.ppid;
  const stop = every(systemClock, LOOK_MS, () => {
    if (process.ppid === parent) return;
    stop();
    then();
  });
}

/**
 * Resolves with the first of SIGINT, SIGTERM and those of `also`; the end of npm counts as SIGTERM. A second one ends the process at once.
 * @param also SIGHUP where it means that the terminal is gone
 */
export function untilStopped(...also: NodeJS.Signals[]): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (signal: NodeJS.Signals) => {
      if (asked) process.exit(130);
      asked = true;
      resolve(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', ...also] as const) process.on(signal, stop);
    whenOrphaned(() => {
      if (!asked) stop('SIGTERM');
    });
  });
}

/**
 * Sends what Node.js itself would print through the log's way out: an exception that nobody catches, which ends the
 * process as before, and warnings. Node.js waits until they are read.
 */
export function printWithoutWaiting(): void {
  process.on('uncaughtException', (error) => {
    reportError(error);
    process.exit(1);
  });
  // Without Node.js's own listener there are no warnings: somebody turned them off.
  if (process.listenerCount('warning') === 0) return;
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => standardError.write(`${name}: ${message}\n`));
}
