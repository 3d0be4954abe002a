import { type EventRecord, readEvents } from '../api/events.js';
import { Store } from '../core/store.js';
import { events } from './app-state.js';

/** The log is read backwards in parts of so many numbers. */
const PART = 2000;
const MOST = 20_000;

export interface EventLogState {
  /** Newest first. */
  events: readonly EventRecord[];
  loading: boolean;
  /** There may be older ones. */
  more: boolean;
  error?: unknown;
}

/** What has happened, from the newest event back, and what happens meanwhile. */
export class EventLog {
  readonly state = new Store<EventLogState>({ events: [], loading: false, more: true });
  #oldest: number | undefined;
  #end: (() => void) | undefined;

  start(): void {
    this.#end = events.subscribe((event) => {
      const { value } = this.state;
      this.state.set({ ...value, events: [event, ...value.events].slice(0, MOST) });
    });
    void this.older();
  }

  stop(): void {
    this.#end?.();
  }

  async older(): Promise<void> {
    if (this.state.value.loading) return;
    const { error: _, ...before } = this.state.value;
    this.state.set({ ...before, loading: true });
    try {
      const { firstSeq, lastSeq } = await readEvents(0, 1);
      const to = this.#oldest ?? lastSeq + 1;
      const from = Math.max(firstSeq, to - PART);
      const part = await between(from, to);
      this.#oldest = from;
      const known = new Set(this.state.value.events.map(({ seq }) => seq));
      const older = part.filter(({ seq }) => !known.has(seq)).reverse();
      this.state.set({ events: [...this.state.value.events, ...older], loading: false, more: from > firstSeq });
    } catch (error) {
      this.state.set({ ...this.state.value, loading: false, error });
    }
  }
}

/** The events of these numbers, the second one excluded. */
const between = async (from: number, to: number): Promise<EventRecord[]> => {
  const found: EventRecord[] = [];
  for (let since = from - 1; since < to - 1; ) {
    const { value, next } = await readEvents(since, 1000);
    found.push(...value.filter(({ seq }) => seq < to));
    if (next <= since) break;
    since = next;
  }
  return found;
};
