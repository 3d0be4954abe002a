import type { EventFilter } from './types.js';

/** The parts of an event that filters look at. */
interface Filterable {
  readonly eventType: string;
  readonly pipeline: string | undefined;
}

/** True if `wanted` is the type, its last part, or a dotted suffix of it. */
const typeMatches = (eventType: string, wanted: string): boolean =>
  eventType === wanted || eventType.endsWith(`.${wanted}`);

/** Whether every part of the filter that is given matches. */
export const matches = (filter: EventFilter, event: Filterable): boolean =>
  (filter.pipeline === undefined || filter.pipeline === event.pipeline) &&
  (filter.type === undefined || typeMatches(event.eventType, filter.type));

/** Filters with the same key let the same events through. */
export const filterKey = (filter: EventFilter): string =>
  JSON.stringify([filter.pipeline ?? null, filter.type ?? null]);
