// A program that does what the engine does for its hub: says how cameras are. They are as a file says, which is read at each look.
// node state-engine.mjs DATA_DIR BROKER_URL CAMERAS_FILE; SIGKILL it as you like, SIGTERM ends it in peace.
import { readFileSync } from 'node:fs';
import { hubSettingsOf, loadConfig } from '../../dist/engine/configuration.js';
import { systemClock } from '../../dist/engine/core/clock.js';
import { openEventJournal } from '../../dist/engine/events/event-journal.js';
import { MqttHub } from '../../dist/engine/hub/index.js';
import { openDataStore } from '../../dist/engine/store/sqlite.js';

const [dataDir = '', url = '', cameras = ''] = process.argv.slice(2);
const store = openDataStore(dataDir);
const journal = openEventJournal(store.db, { clock: systemClock });
const { config } = loadConfig({
  env: {},
  overrides: {
    'mqtt.url': url,
    'mqtt.stateRefresh': 'PT1S',
    'homeAssistant.enabled': 'true',
  },
});
const hub = new MqttHub({
  settings: hubSettingsOf(config),
  journal,
  events: journal,
  cameras: {
    list: () => JSON.parse(readFileSync(cameras, 'utf8')),
    picture: async (camera) => ({ jpeg: Buffer.from(`picture of ${camera}`), version: camera }),
  },
  clock: systemClock,
});
hub.start();
process.stdout.write('back\n');
const alive = setInterval(() => {}, 1000);
process.once('SIGTERM', async () => {
  clearInterval(alive);
  await hub.stop();
  await journal.close();
  store.close();
});
