import { onTestFinished } from 'vitest';
import { systemClock } from '../../engine/core/clock.js';
import { utcMicros } from '../../engine/core/time.js';
import { type EventJournalOptions, openEventJournal } from '../../engine/events/event-journal.js';
import type { EventAdopter, EventCommitter, EventDraft, EventJournal } from '../../engine/events/types.js';
import { type Database, type DatabaseOptions, type DataStore, openDataStore } from '../../engine/store/sqlite.js';
import { tempDir } from './temp-dir.js';

export interface OpenedJournal {
  dir: string;
  journal: EventJournal & EventCommitter & EventAdopter;
  db: Database;
  store: DataStore;
  /** Closes log and database, as an engine does. */
  close(): Promise<void>;
}

/** An event log in a folder that is gone afterwards, or in one that was there before. */
export const openJournal = (
  options: Partial<EventJournalOptions> & DatabaseOptions & { dir?: string } = {},
): OpenedJournal => {
  const dir = options.dir ?? tempDir();
  const store = openDataStore(dir, options);
  const journal = openEventJournal(store.db, {
    clock: systemClock,
    engine: 'test',
    noteSeq: (seq) => store.noteSeq(seq),
    ...options,
  });
  const close = async () => {
    await journal.close();
    store.close();
  };
  onTestFinished(close);
  return { dir, journal, db: store.db, store, close };
};

export const draft = (n: number, more: Partial<EventDraft> = {}): EventDraft => ({
  eventType: 'Microsoft.VideoAnalyzer.Analytics.Inference',
  subject: '/livePipelines/p1/processors/motion',
  eventTime: utcMicros(Date.UTC(2026, 0, 2, 3, 4, 5) * 1000 + n * 1000),
  data: { n },
  pipeline: 'p1',
  ...more,
});

export const publishMany = (journal: EventJournal, count: number, more: Partial<EventDraft> = {}): string[] =>
  Array.from({ length: count }, (_, n) => journal.publish(draft(n, more)));

/** 1 … count. */
export const upTo = (count: number, from = 1): number[] => Array.from({ length: count - from + 1 }, (_, i) => from + i);
