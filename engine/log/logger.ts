import { type DestinationStream, pino } from 'pino';
import { withoutCredentials } from '../../bridge/credentials.js';
import type { Logger } from '../core/log.js';
import { standardError } from './standard-error.js';

/** Properties that are never written, up to two levels deep in an object. */
const SECRET_PATHS = ['password', 'username', 'user', 'credentials', 'token', 'key', 'authorization'].flatMap(
  (name) => [name, `*.${name}`, `*.*.${name}`],
);

/** Whether a line of this level is written. Called for every line, so that the answer may change at any time. */
export type LineFilter = (logger: Logger, level: number) => boolean;

/** Logs go to stderr: stdout belongs to the events of `sluice run`. */
export const createLogger = (
  level: string = process.env['SLUICE_LOG_LEVEL'] ?? 'info',
  destination: DestinationStream = standardError,
  passes: LineFilter = () => true,
): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_PATHS, censor: '…' },
      hooks: {
        logMethod(args, method, level) {
          if (!passes(this, level)) return;
          const clean = args.map((arg) => (typeof arg === 'string' ? withoutCredentials(arg) : arg));
          method.apply(this, clean as Parameters<typeof method>);
        },
      },
    },
    destination,
  );

/** The number of a level, for comparing levels. That of `silent` is greater than all others. */
export const levelValue = (level: string): number => pino.levels.values[level] ?? Number.POSITIVE_INFINITY;
