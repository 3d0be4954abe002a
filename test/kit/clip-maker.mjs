// Makes clips as fast as it can until somebody kills it: finished ones, failed ones, and some that are deleted for their
// budget. argv: data folder. Writes a line for each clip that has ended.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../dist/engine/core/clock.js';
import { silentLogger } from '../../dist/engine/core/log.js';
import { openEventJournal } from '../../dist/engine/events/event-journal.js';
import { ClipShelf } from '../../dist/engine/recording/clip-shelf.js';
import { MediaFolder } from '../../dist/engine/recording/media-folder.js';
import { openDataStore } from '../../dist/engine/store/sqlite.js';

const [dataDir = ''] = process.argv.slice(2);
const { db } = openDataStore(dataDir);
const clock = systemClock;
const events = openEventJournal(db, { clock, engine: 'maker' });
const shelf = new ClipShelf({
  media: MediaFolder.open(join(dataDir, 'media')),
  db,
  events,
  clock,
  log: silentLogger(),
});
await shelf.sweep();

const sink = {
  pipeline: 'p1',
  topology: 't',
  sink: 'fileSink',
  baseDirectoryPath: '/clips',
  fileNamePattern: 'clip',
  maximumSizeMiB: 5000 / 2 ** 20,
};
const content = Buffer.alloc(1000, 1);
const ending = () => ({ extent: { endUtc: clock.utc(), seconds: 1 }, lost: 0 });
let n = 0;
const make = () => {
  const clip = shelf.begin({ sink, correlationId: 'cause', startUtc: clock.utc() });
  if (n % 4 === 3) {
    shelf.rescue(clip, ending(), { code: 'hostLost', message: 'the process died' });
  } else {
    writeFileSync(clip.location, content);
    shelf.finished(clip, ending(), { reason: 'minimum', bytes: content.byteLength });
    shelf.enforceBudget(sink);
  }
  process.stdout.write(`${n++}\n`);
  setImmediate(make);
};
make();
