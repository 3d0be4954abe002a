import { existsSync } from 'node:fs';
import type { Config } from '../config/index.js';
import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import { tellOpening } from '../data-folder/tell.js';
import { DataFolderWatch } from '../data-folder/watch.js';
import { type EventHandler, type OpenSubscription, subscribe } from '../events/subscribe.js';
import type { EventAdopter, EventJournal } from '../events/types.js';
import { openMeasuredJournal, retentionOf } from '../measured-journal.js';
import type { EngineMetrics } from '../metrics/metrics.js';
import { dataFiles } from '../store/data-files.js';
import { lastSeqOf } from '../store/event-numbers.js';
import { copyEventLog } from '../store/log-copy.js';
import { secretOf } from '../store/secrets.js';
import { type DataStore, openDataStore } from '../store/sqlite.js';
import { consumerOf, EventMerge } from './event-merge.js';
import { frontFolder } from './layout.js';

interface MergedLogOptions {
  config: Config;
  clock: Clock;
  log: Logger;
}

/** The event log of several engines, and what else the front keeps on the disk. */
export class MergedLog {
  readonly metrics: EngineMetrics;
  readonly journal: EventJournal & EventAdopter;
  readonly merge: EventMerge;
  /** Seq of the last event before this start. */
  readonly startSeq: number;
  readonly #store: DataStore;
  readonly #folder: DataFolderWatch;
  readonly #readers: OpenSubscription[] = [];

  private constructor(store: DataStore, dataDir: string, { config, clock, log }: MergedLogOptions) {
    this.#store = store;
    const { metrics, journal } = openMeasuredJournal({ store, dataDir, config, clock, log });
    this.metrics = metrics;
    this.journal = journal;
    this.startSeq = journal.lastSeq;
    const telling = { events: journal, clock, log };
    this.#folder = new DataFolderWatch({ store, folders: [], ...telling });
    this.merge = new EventMerge({ journal, clock, log });
    metrics.readFrom({ journal: () => journal.stats(), dataFolder: () => this.#folder.whole });
  }

  /** @throws SluiceError as `openDataStore` */
  static open(options: MergedLogOptions): MergedLog {
    const { config, clock, log } = options;
    const dataDir = frontFolder(config.dataDir);
    const store = openDataStore(dataDir, { log, synchronous: config.events.synchronous });
    try {
      if (store.opening.kind === 'new') goOn(store, config.dataDir, log);
      const merged = new MergedLog(store, dataDir, options);
      tellOpening(store.opening, { events: merged.journal, clock, log });
      merged.#folder.start();
      return merged;
    } catch (error) {
      store.close();
      throw error;
    }
  }

  secret(name: string): Buffer {
    return secretOf(this.#store.db, name);
  }

  /** What is wrong with it, by part; `ok` for what works. */
  checks(): Record<string, string> {
    return {
      dataFolder: this.#folder.failure ?? 'ok',
      eventLog: this.merge.failure ?? this.journal.stats().failure ?? 'ok',
    };
  }

  retain(config: Config): void {
    this.journal.retain(retentionOf(config));
  }

  /** Calls the handler with every event since the start, the last ones included. */
  follow(handler: EventHandler): void {
    this.#readers.push(subscribe(this.journal, { since: this.startSeq }, handler));
  }

  async close(): Promise<void> {
    this.merge.stop();
    this.#folder.stop();
    await this.journal.close();
    for (const reader of this.#readers) reader.finish();
    this.metrics.close();
    this.#store.close();
  }
}

/**
 * Where one engine has been at work until now, its event log becomes the merged one: consumers go on where they were, and
 * browsers stay signed in.
 */
const goOn = ({ db }: DataStore, dataDir: string, log: Logger): void => {
  const { database } = dataFiles(dataDir);
  if (!existsSync(database)) return;
  try {
    copyEventLog(db, database);
    db.prepare('INSERT OR REPLACE INTO event_cursors VALUES (?, ?)').run(consumerOf(1), lastSeqOf(db));
    log.info('the merged event log goes on with that of the first engine');
  } catch (error) {
    log.error({ err: error }, 'the merged event log cannot go on with that of the first engine: consumers begin anew');
  }
};
