import { basename } from 'node:path';
import type { EventRecord } from '../../engine/events/types.js';

/** By type of event: from which state of a story it leads to which. */
const NEXT: Record<string, Record<string, string>> = {
  // A clip of which nothing plays may have left no file.
  RecordingStarted: { none: 'open', stopped: 'open', deleted: 'open' },
  RecordingStopped: { open: 'stopped' },
  RecordingAvailable: { stopped: 'available' },
  RecordingRecovered: { stopped: 'stopped', available: 'available' },
  RecordingDeleted: { stopped: 'deleted', available: 'deleted' },
};

/**
 * The state of the latest story of each file, by the file's name: `open`, `stopped`, `available` or `deleted`. Throws if
 * an event came where none of its kind may come: a second end, a clip that was promised and begins again.
 */
export const storiesOf = (events: readonly EventRecord[]): Map<string, string> => {
  const states = new Map<string, string>();
  for (const { eventType, data } of events) {
    const file = data['outputLocation'];
    if (typeof file !== 'string') continue;
    const [name, type] = [basename(file), eventType.split('.').at(-1)!];
    const state = states.get(name) ?? 'none';
    const next = NEXT[type]?.[state];
    if (NEXT[type] && next === undefined) throw new Error(`${type} of ${name}, whose story is '${state}'`);
    states.set(name, next ?? state);
  }
  return states;
};
