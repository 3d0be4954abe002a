// A program that does what the engine does for its hub: writes events into the durable log and has them published.
// node hub-engine.mjs DATA_DIR BROKER_URL EVENTS_PER_SECOND; SIGKILL it as you like, SIGTERM ends it in peace.
import { hubSettingsOf, loadConfig } from '../../dist/engine/configuration.js';
import { systemClock } from '../../dist/engine/core/clock.js';
import { openEventJournal } from '../../dist/engine/events/event-journal.js';
import { MqttHub } from '../../dist/engine/hub/index.js';
import { openDataStore } from '../../dist/engine/store/sqlite.js';

const [dataDir = '', url = '', rate] = process.argv.slice(2);
const store = openDataStore(dataDir);
const journal = openEventJournal(store.db, { clock: systemClock });
const { config } = loadConfig({ env: {}, overrides: { 'mqtt.url': url } });
const hub = new MqttHub({
  settings: hubSettingsOf(config),
  journal,
  events: journal,
  beginAfter: journal.lastSeq,
  clock: systemClock,
});
hub.start();

const perTick = Number(rate) / 20;
let owed = 0;
const timer = setInterval(() => {
  for (owed += perTick; owed >= 1; owed--) {
    const pipeline = `p${Math.floor(Math.random() * 4)}`;
    journal.publish({
      eventType: 'Microsoft.VideoAnalyzer.Analytics.Inference',
      subject: `/livePipelines/${pipeline}/processors/motionDetection`,
      eventTime: systemClock.utc(),
      data: { timestamp: Date.now() * 90, inferences: [] },
      pipeline,
      // Some events are for nobody.
      ...(Math.random() < 0.9 ? { output: `out-${pipeline}` } : {}),
    });
  }
}, 50);

const tell = setInterval(
  () => process.stdout.write(`${JSON.stringify({ ...hub.stats(), rss: process.memoryUsage().rss })}\n`),
  500,
);

process.once('SIGTERM', async () => {
  clearInterval(timer);
  clearInterval(tell);
  await journal.flush();
  // The last ones as well: stop only when the broker has them.
  for (let i = 0; i < 600 && hub.stats().lag > 0; i++) await new Promise((resolve) => setTimeout(resolve, 100));
  const stats = hub.stats();
  await hub.stop();
  await journal.close();
  store.close();
  process.stdout.write(`${JSON.stringify({ done: true, ...stats })}\n`, () => process.exit(0));
});
