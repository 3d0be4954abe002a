import type { EventCommitter } from './types.js';

/** The event that caused something. */
export interface Cause {
  /** Full type: `Microsoft.VideoAnalyzer.Analytics.Inference`. */
  eventType: string;
  /** The node that it came from, as in the event. */
  subject: string;
}

/** An activation may go on in further files long after its cause has left the newest part of the log. */
const REMEMBERED = 512;

/** Finds what an event was by its id. What is found is kept by whoever asks, because the log forgets. */
export class Causes {
  readonly #events: Pick<EventCommitter, 'recent'>;
  readonly #known = new Map<string, Cause>();

  constructor(events: Pick<EventCommitter, 'recent'>) {
    this.#events = events;
  }

  /** To be called within a commit: then everything that was published before is written. */
  of(id: string): Cause | undefined {
    if (id === '') return undefined;
    const known = this.#known.get(id);
    if (known) return known;
    const found = this.#events.recent(id)?.record;
    if (!found) return undefined;
    const cause = { eventType: found.eventType, subject: found.subject };
    this.#known.set(id, cause);
    if (this.#known.size > REMEMBERED) this.#known.delete(this.#known.keys().next().value!);
    return cause;
  }
}

/** As it is stored in a column. */
export const causeText = (cause: Cause | undefined): string | null => (cause ? JSON.stringify(cause) : null);

/** What was stored; undefined for nothing, and for what a damaged page has made nonsense of. */
export const causeOf = (text: string | null): Cause | undefined => {
  try {
    const { eventType, subject } = JSON.parse(text ?? '{}') as Partial<Cause>;
    return typeof eventType === 'string' && typeof subject === 'string' ? { eventType, subject } : undefined;
  } catch {
    return undefined;
  }
};
