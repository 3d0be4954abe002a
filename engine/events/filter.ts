import type { EventFilter } from './types.js';

/** The parts of an event that filters look at. */
interface Filterable {
  readonly eventType: string;
  readonly pipeline: string | undefined;
}

/** True if `wanted` is the type, its last part, or a dotted suffix of it. */
const typeMatches = (eventType: string, wanted: string): boolean =>
  eventType === wanted || eventType.endsWith(`.${wanted}`);

/** Every part of a filter that is given must match. */
export const matches = (filter: EventFilter, event: Filterable): boolean =>
  (filter.pipeline === undefined || filter.pipeline === event.pipeline) &&
  (filter.type === undefined || typeMatches(event.eventType, filter.type));

/** Subscribers whose filters have the same key get the same events. */
export const filterKey = (filter: EventFilter): string =>
  JSON.stringify([filter.pipeline ?? null, filter.type ?? null]);
