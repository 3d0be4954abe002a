// Publishes events as fast as the log takes them and says on stdout which ones a listener has seen. Killed by the test.
import { writeSync } from 'node:fs';
import { systemClock } from '../../dist/engine/core/clock.js';
import { openEventJournal } from '../../dist/engine/events/event-journal.js';
import { openDataStore } from '../../dist/engine/store/sqlite.js';

const [dir = '', run] = process.argv.slice(2);
const store = openDataStore(dir);
const journal = openEventJournal(store.db, {
  clock: systemClock,
  engine: 'killed',
  batchMs: 1,
  batchEvents: 64,
  segmentEvents: 100,
});
let seen = journal.lastSeq;
journal.onAppended((lastSeq) => {
  const events = journal.readWire(seen, lastSeq - seen);
  // One write for each batch, done before anything else: what stands here was shown to somebody.
  writeSync(1, events.map((event) => `${event.seq} ${event.record.id}\n`).join(''));
  seen = lastSeq;
});
let n = 0;
const publish = () => {
  for (let i = 0; i < 20; i++) {
    journal.publish({
      eventType: 'Sluice.Test',
      subject: '',
      eventTime: systemClock.utc(),
      data: { run: Number(run), n: n++, filling: 'x'.repeat(200) },
    });
  }
};
setInterval(publish, 1);
