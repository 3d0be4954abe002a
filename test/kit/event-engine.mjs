// A program that does what the engine does for readers of events: writes them into the durable log and serves it.
// node event-engine.mjs DATA_DIR PORT EVENTS; SIGKILL it as you like.
import { createHttpServer } from '../../dist/engine/api/server.js';
import { systemClock } from '../../dist/engine/core/clock.js';
import { openEventJournal } from '../../dist/engine/events/event-journal.js';
import { openDataStore } from '../../dist/engine/store/sqlite.js';

const [dataDir = '', port, events] = process.argv.slice(2);
const journal = openEventJournal(openDataStore(dataDir).db, { clock: systemClock });
await createHttpServer({
  listen: { kind: 'tcp', host: '127.0.0.1', port: Number(port) },
  methods: { invoke: async () => ({ status: 501, payload: null }) },
  inputs: { deliver: () => ({ delivered: 0, eventIds: [] }) },
  metrics: { text: async () => '' },
  ready: () => ({ ready: true, checks: {} }),
  journal,
  clock: systemClock,
});

// Forty a second, until the log has so many; every other one of another pipeline.
setInterval(() => {
  const n = journal.lastSeq + journal.stats().queued + 1;
  if (n > Number(events)) return;
  journal.publish({
    eventType: 'Microsoft.VideoAnalyzer.Analytics.Inference',
    subject: '/livePipelines/p1/processors/motionDetection',
    eventTime: systemClock.utc(),
    // No event of the engine has these, which are told apart by them.
    data: /** @type {any} */ ({ n, text: 'häuser ☂' }),
    pipeline: `p${n % 2}`,
  });
}, 25);
