import type { DestinationStream } from 'pino';
import type { Logger } from '../core/log.js';
import { createLogger, levelValue } from './logger.js';

/** AVA's log categories. */
export type LogCategory = 'Application' | 'MediaPipeline' | 'Events';

export interface LogSettings {
  logLevel: string;
  logCategories: readonly LogCategory[];
}

export interface CategoryLogs {
  application: Logger;
  mediaPipeline: Logger;
  /** One line for each event. */
  events: Logger;
  /** Takes effect from the next line on, also for loggers that were derived before. */
  apply(settings: LogSettings): void;
}

/** Marks a logger, and thereby those that are derived from it. */
const CATEGORY = Symbol('category');

/**
 * One log with categories that can be turned on and off at any time. When Application and MediaPipeline are off, they
 * still log warnings and errors, if the level allows it.
 *
 * The level of a logger cannot be used for this: loggers derived from it keep the level that it had at that time.
 *
 * @param everyLine properties of every line
 */
export const createCategoryLogs = (
  settings: LogSettings,
  destination?: DestinationStream,
  everyLine: Readonly<Record<string, unknown>> = {},
): CategoryLogs => {
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
  const root = createLogger('trace', destination, (logger, level) => level >= least[categoryOf(logger)]);
  const application = Object.keys(everyLine).length === 0 ? root : root.child(everyLine);
  const derived = (category: LogCategory): Logger =>
    Object.assign(application.child({ category }), { [CATEGORY]: category });
  return { application, mediaPipeline: derived('MediaPipeline'), events: derived('Events'), apply };
};

type Marked = Logger & { [CATEGORY]?: LogCategory };
