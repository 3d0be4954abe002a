import type { DestinationStream } from 'pino';
import type { Logger } from '../core/log.js';
import { createLogger, levelValue } from './logger.js';

/** AVA's. */
export type LogCategory = 'Application' | 'MediaPipeline' | 'Events';

export interface LogSettings {
  logLevel: string;
  logCategories: readonly LogCategory[];
}

export interface CategoryLogs {
  application: Logger;
  mediaPipeline: Logger;
  /** A line an event. */
  events: Logger;
  /** From the next line on, also for loggers that were derived before. */
  apply(settings: LogSettings): void;
}

/** Marks a logger, and thereby those that are derived from it. */
const CATEGORY = Symbol('category');

/**
 * One log in categories that can be turned off and on at any time. What warns of trouble is never turned off with a
 * category, only with the level.
 *
 * A logger's own level would not do: loggers that are derived from it keep the level that it had then.
 */
export const createCategoryLogs = (settings: LogSettings, destination?: DestinationStream): CategoryLogs => {
  let least: Record<LogCategory, number>;
  const apply = ({ logLevel, logCategories }: LogSettings): void => {
    const level = levelValue(logLevel);
    const of = (category: LogCategory, off: number) =>
      logCategories.includes(category) ? level : Math.max(level, off);
    const warnings = levelValue('warn');
    least = {
      Application: of('Application', warnings),
      MediaPipeline: of('MediaPipeline', warnings),
      Events: of('Events', levelValue('silent')),
    };
  };
  apply(settings);
  const categoryOf = (logger: Logger): LogCategory => (logger as Marked)[CATEGORY] ?? 'Application';
  const application = createLogger('trace', destination, (logger, level) => level >= least[categoryOf(logger)]);
  const derived = (category: LogCategory): Logger =>
    Object.assign(application.child({ category }), { [CATEGORY]: category });
  return { application, mediaPipeline: derived('MediaPipeline'), events: derived('Events'), apply };
};

type Marked = Logger & { [CATEGORY]?: LogCategory };
