import type { EventFilter } from './types.js';

/** The parts of an event that filters look at. */
interface Filterable {
  readonly eventType: string;
  readonly pipeline: string | undefined;
}

const REST = '.*';
const ANY = '*';
/** Verdicts on types that a filter remembers: many more than there are types. */
const REMEMBERED = 1000;

/**
 * Whether an event type fits what a filter says of types: the type itself, its last part, or a dotted suffix of it.
 * With `.*` at the end, all types that go on behind these parts: `Sluice.Diagnostics.*`, `Diagnostics.*`. `*` is all.
 */
export const typeMatches = (eventType: string, wanted: string): boolean => {
  if (wanted === ANY) return true;
  if (!wanted.endsWith(REST)) return eventType === wanted || eventType.endsWith(`.${wanted}`);
  const parts = wanted.slice(0, -ANY.length);
  return parts !== '.' && (eventType.startsWith(parts) || eventType.includes(`.${parts}`));
};

/**
 * A filter, ready for many events. What it says of a type is worked out once, so an event costs two look-ups, however
 * much the filter lists.
 */
export class EventMatcher {
  /** Filters with the same key let the same events through. */
  readonly key: string;
  readonly #pipelines: ReadonlySet<string> | undefined;
  readonly #types: readonly string[];
  readonly #verdicts = new Map<string, boolean>();

  constructor(filter: EventFilter) {
    const pipelines = listed(filter.pipeline);
    this.#pipelines = pipelines.length > 0 ? new Set(pipelines) : undefined;
    this.#types = listed(filter.type);
    this.key = JSON.stringify([pipelines, this.#types]);
  }

  /** Whether the event is of one of the pipelines and of one of the types, where the filter lists any. */
  matches({ eventType, pipeline }: Filterable): boolean {
    if (this.#pipelines && (pipeline === undefined || !this.#pipelines.has(pipeline))) return false;
    return this.#types.length === 0 || this.#fits(eventType);
  }

  #fits(eventType: string): boolean {
    const known = this.#verdicts.get(eventType);
    if (known !== undefined) return known;
    if (this.#verdicts.size >= REMEMBERED) this.#verdicts.clear();
    const verdict = this.#types.some((wanted) => typeMatches(eventType, wanted));
    this.#verdicts.set(eventType, verdict);
    return verdict;
  }
}

/** What a part of a filter lists: each once, in a fixed order. */
export const listed = (part: string | readonly string[] | undefined): readonly string[] =>
  part === undefined ? [] : [...new Set(typeof part === 'string' ? [part] : part)].sort();
