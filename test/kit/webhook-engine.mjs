// A program that does what the engine does for a webhook: writes events into the durable log and has them posted.
// node webhook-engine.mjs DATA_DIR URL EVENTS FORM; SIGKILL it as you like, SIGTERM ends it in peace.
import { loadConfig } from '../../dist/engine/configuration.js';
import { systemClock } from '../../dist/engine/core/clock.js';
import { silentLogger } from '../../dist/engine/core/log.js';
import { openEventJournal } from '../../dist/engine/events/event-journal.js';
import { EventTypes } from '../../dist/engine/events/event-types.js';
import { openDataStore } from '../../dist/engine/store/sqlite.js';
import { Webhooks } from '../../dist/engine/webhooks/webhooks.js';

const [dataDir = '', url = '', events, form = ''] = process.argv.slice(2);
const store = openDataStore(dataDir);
const journal = openEventJournal(store.db, { clock: systemClock });
const overrides = { 'webhooks.desk.url': url, 'webhooks.desk.form': form, 'webhooks.desk.timeout': '1s' };
const webhooks = new Webhooks({
  journal,
  types: new EventTypes(),
  beginAfter: 0,
  clock: systemClock,
  log: silentLogger(),
});
webhooks.configure(loadConfig({ env: {}, overrides }).config.webhooks);

// Forty a second, until the log has so many.
const timer = setInterval(() => {
  if (journal.lastSeq + journal.stats().queued >= Number(events)) return;
  journal.publish({
    eventType: 'Microsoft.VideoAnalyzer.Analytics.Inference',
    subject: '/livePipelines/p1/processors/motionDetection',
    eventTime: systemClock.utc(),
    data: { timestamp: Math.round(systemClock.utc() * 0.09), inferences: [] },
    pipeline: 'p1',
  });
}, 25);

process.once('SIGTERM', async () => {
  clearInterval(timer);
  await webhooks.stop();
  await journal.close();
  store.close();
  process.exit(0);
});
