import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../engine/core/clock.js';
import { silentLogger } from '../../engine/core/log.js';
import { openEventJournal } from '../../engine/events/event-journal.js';
import { ClipShelf } from '../../engine/recording/clip-shelf.js';
import { MediaFolder } from '../../engine/recording/media-folder.js';
import { openDataStore } from '../../engine/store/sqlite.js';
import { storiesOf } from '../kit/clip-stories.js';
import { upTo } from '../kit/event-journal.js';
import { tempDir } from '../kit/temp-dir.js';

const MAKER = fileURLToPath(new URL('../kit/clip-maker.mjs', import.meta.url));
const LIVES = 12;

/** Makes clips in a process that is killed with SIGKILL some time after its first clip has ended. */
const makeAndKill = async (dataDir: string, afterMs: number): Promise<void> => {
  const child = spawn(process.execPath, [MAKER, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), afterMs));
  child.stdout.resume();
  expect(await closed, 'it was killed, and did not end by itself').toEqual([null, 'SIGKILL']);
};

describe('clips under kill -9', () => {
  it('have one end each, and no file, row or event is without the others', { timeout: 180_000 }, async () => {
    const dataDir = tempDir();
    // Of no whole milliseconds, so that it dies in the middle of anything.
    for (let life = 0; life < LIVES; life++) await makeAndKill(dataDir, 3 + life * 7.3);

    const { db, close } = openDataStore(dataDir);
    const clock = systemClock;
    const journal = openEventJournal(db, { clock, engine: 'test' });
    const media = MediaFolder.open(join(dataDir, 'media'));
    const shelf = new ClipShelf({ media, db, events: journal, clock, log: silentLogger() });
    await shelf.sweep();
    const events = journal.read(0, 1_000_000).map(({ record }) => record);
    await journal.close();

    expect(events.map(({ seq }) => seq)).toEqual(upTo(events.length));
    const stories = storiesOf(events);
    expect([...stories].filter(([, state]) => state === 'open')).toEqual([]);
    expect(events.filter(({ data }) => data['reason'] === 'removedByOthers')).toEqual([]);
    const rows = db.prepare('SELECT path FROM clips').pluck().all() as string[];
    expect(rows.map((path) => path.split('/').at(-1)).sort()).toEqual(readdirSync(join(media.root, 'clips')).sort());
    expect(shelf.index.open()).toEqual([]);
    expect([shelf.index.names.all(), shelf.index.marked()]).toEqual([[], []]);
    const started = events.filter(({ eventType }) => eventType.endsWith('RecordingStarted')).length;
    const stopped = events.filter(({ eventType }) => eventType.endsWith('RecordingStopped')).length;
    expect(started).toBeGreaterThan(LIVES);
    expect(stopped).toBe(started);
    close();
  });
});
