import type { Clock } from '../core/clock.js';
import { toIso } from '../core/time.js';
import type { DroppedLines, LogLines } from '../log/log-lines.js';
import { SluiceEvent } from './catalogue.js';
import type { EventPublisher } from './types.js';

/**
 * Tells in events of the log's lines that are dropped because nobody reads them: once when that begins, and once when it
 * is over. Returns the way to stop, which tells what has been dropped until then.
 */
export const tellLogLoss = (lines: LogLines, journal: EventPublisher, clock: Clock): (() => void) => {
  const tell = ({ count, since }: DroppedLines, over: boolean): void => {
    const data = { count, since: toIso(since), state: over ? 'over' : 'dropping' } as const;
    journal.publish({ eventType: SluiceEvent.LogLinesDropped, subject: '', eventTime: clock.utc(), data });
  };
  const stop = lines.onLoss(tell);
  return () => {
    stop();
    if (lines.loss) tell(lines.loss, false);
  };
};
