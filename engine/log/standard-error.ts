import { systemClock } from '../core/clock.js';
import { LogLines } from './log-lines.js';
import { StandardOutput } from './standard-output.js';

/** Everything that this process writes to standard error: the log, and what the commands say. */
export const standardError = new LogLines({ output: new StandardOutput(2), clock: systemClock });
