import { type Logger, pino } from 'pino';

/** What the engine's parts write to. One that writes is made in engine/log, where secrets are kept out of the lines. */
export type { Logger };

export const silentLogger = (): Logger => pino({ level: 'silent' });
