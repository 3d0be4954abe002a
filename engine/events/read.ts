import { EventMatcher } from './filter.js';
import { JournalReader } from './journal-reader.js';
import type { Readers } from './readers.js';
import type { EngineEvent, EventFilter, EventJournal, GapRecord } from './types.js';

export interface ReadOptions extends EventFilter {
  /** Events after this seq; 0 is the beginning of the log. Default: from now on. */
  since?: number | undefined;
  /** Ends the loop, as if there were no more events. */
  signal?: AbortSignal | undefined;
  /** Called in place of events that the log does not hold (any more). What it throws, the loop throws. */
  onGap?: ((gap: GapRecord) => void) | undefined;
}

/** Events that are taken out of the journal at once. */
const CHUNK = 256;

/**
 * Every event, in order, each once, stored ones first; then it waits for more. Events are read as they are asked for, so a
 * slow loop holds no more than a few of them in memory.
 * @param readers ends it with the engine
 */
export const readEvents = (
  journal: EventJournal,
  options: ReadOptions,
  readers: Readers,
): AsyncGenerator<EngineEvent, void, undefined> => {
  // Here, not in the generator: it begins when it is called, and not when it is first asked for an event.
  const reader = new JournalReader(journal, options.since ?? journal.lastSeq);
  return eventsOf(journal, reader, options, readers);
};

async function* eventsOf(
  journal: EventJournal,
  reader: JournalReader,
  options: ReadOptions,
  readers: Readers,
): AsyncGenerator<EngineEvent, void, undefined> {
  const { signal, onGap } = options;
  const matcher = new EventMatcher(options);
  let ended = signal?.aborted ?? false;
  let wake = (): void => {};
  const end = (): void => {
    ended = true;
    wake();
  };
  const forget = readers.add(end);
  signal?.addEventListener('abort', end, { once: true });
  try {
    while (!ended) {
      const chunk = reader.next(CHUNK);
      if (chunk.kind === 'gap') onGap?.(chunk.gap);
      else if (chunk.kind === 'events') {
        for (const event of chunk.events) {
          if (ended) return;
          if (matcher.matches(event)) yield event.record as EngineEvent;
        }
      } else {
        await new Promise<void>((resolve) => {
          const stop = journal.onAppended(() => wake());
          wake = () => {
            stop();
            resolve();
          };
        });
      }
    }
  } finally {
    forget();
    signal?.removeEventListener('abort', end);
  }
}
