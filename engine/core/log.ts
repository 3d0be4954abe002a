import { type Logger, pino } from 'pino';

/**
 * The logger that the engine's parts use. Loggers that write are made in engine/log, which keeps secrets out of the
 * lines.
 */
export type { Logger };

export const silentLogger = (): Logger => pino({ level: 'silent' });
