import { AvaEvent } from '../../../../engine/events/catalogue.js';
import type { EventRecord } from '../../../../engine/events/types.js';
import { pipelineOf } from '../../judge/stories.js';
import type { Violation } from '../../report.js';

/** Every recording of a video that began has ended once, and nothing has ended that did not begin. */
export const judgeRecordings = (events: readonly EventRecord[], openRecordings: number): Violation[] => {
  const found: Violation[] = [];
  if (openRecordings > 0) found.push({ rule: 'recording.open', what: `${openRecordings} rows count as open` });
  const open = new Map<string, EventRecord>();
  for (const event of events) {
    const { eventType, correlationId, seq } = event;
    // Without a gate nothing has caused it, and there is one at a time.
    const key = `${pipelineOf(event)} ${correlationId ?? ''}`;
    if (eventType === AvaEvent.RecordingStarted) {
      if (open.has(key)) found.push({ rule: 'recording.twice', what: `event ${seq} begins ${key} once more` });
      open.set(key, event);
    } else if (eventType === AvaEvent.RecordingStopped && !open.delete(key)) {
      found.push({ rule: 'recording.unbegun', what: `event ${seq} ends ${key}, which had not begun` });
    }
  }
  for (const [key, { seq }] of open) {
    found.push({ rule: 'recording.unclosed', what: `${key}, begun with event ${seq}, has no end` });
  }
  return found;
};
