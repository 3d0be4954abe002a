import type { Config } from './config/index.js';
import type { Clock } from './core/clock.js';
import type { Logger } from './core/log.js';
import { MICROS_PER_MS } from './core/time.js';
import { openEventJournal } from './events/event-journal.js';
import { EngineMetrics } from './metrics/metrics.js';
import type { DataStore } from './store/sqlite.js';

interface MeasuredJournalDeps {
  store: DataStore;
  dataDir: string;
  config: Config;
  clock: Clock;
  log: Logger;
}

/** What the event log keeps. */
export const retentionOf = ({ events }: Config) => ({
  maxAgeMs: events.retention / MICROS_PER_MS,
  maxBytes: events.maximumSize,
});

/** The event log of a data folder, and the metrics that know how long writing it takes. */
export const openMeasuredJournal = ({ store, dataDir, config, clock, log }: MeasuredJournalDeps) => {
  const metrics = new EngineMetrics({ edgeDevice: config.device, module: config.module, dataDir, clock });
  const journal = openEventJournal(store.db, {
    engine: config.device,
    module: config.module,
    clock,
    log,
    retention: retentionOf(config),
    noteSeq: (seq) => store.noteSeq(seq),
    observer: { onWritten: (_events, micros) => metrics.eventWriteSeconds.observe(micros / 1e6) },
  });
  return { metrics, journal };
};
