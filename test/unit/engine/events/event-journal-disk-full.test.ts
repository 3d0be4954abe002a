import { describe, expect, it } from 'vitest';
import type { Database } from '../../../../engine/store/sqlite.js';
import { draft, openJournal, publishMany, upTo } from '../../../kit/event-journal.js';
import { FakeClock } from '../../../kit/fake-clock.js';

/** Lets the database grow by nothing more, which SQLite reports as it does a full disk. */
const fillDisk = (db: Database): void => {
  db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
};
const freeDisk = (db: Database): void => {
  db.pragma('max_page_count = 1000000');
};

const big = { data: { filling: 'x'.repeat(5000) } };

describe('event log on a full disk', () => {
  it('keeps events until there is room, in order and without a hole', async () => {
    const clock = new FakeClock();
    const { journal, db } = openJournal({ clock, retryMs: 1000 });
    publishMany(journal, 3);
    clock.advance(10);
    fillDisk(db);
    const ids = publishMany(journal, 50, big);
    clock.advance(5000);
    expect(journal.stats()).toMatchObject({ lastSeq: 3, queued: 50, lost: 0 });
    expect(journal.stats().failure).toMatch(/^SQLITE_FULL/);
    await expect(journal.flush()).rejects.toMatchObject({ code: 'EventLogUnwritable', kind: 'exhausted' });
    freeDisk(db);
    clock.advance(1000);
    expect(journal.stats()).toMatchObject({ lastSeq: 53, queued: 0, failure: undefined });
    expect(journal.read(3, 100).map((event) => event.record.id)).toEqual(ids);
    expect(journal.read(0, 100).map((event) => event.record.seq)).toEqual(upTo(53));
  });

  it('counts what it cannot keep, and reports it after what it kept', async () => {
    const clock = new FakeClock();
    let told = 0;
    const { journal, db } = openJournal({ clock, waiting: { maxEvents: 20 }, observer: { onLost: () => told++ } });
    fillDisk(db);
    const ids = publishMany(journal, 25, big);
    journal.publish(draft(0, { ...big, eventType: 'Sluice.Other' }));
    clock.advance(3000);
    expect(journal.stats()).toMatchObject({ queued: 20, lost: 6 });
    expect(told).toBe(6);
    freeDisk(db);
    clock.advance(2000);
    const records = journal.read(0, 100).map((event) => event.record);
    expect(records.slice(0, 20).map((record) => record.id)).toEqual(ids.slice(0, 20));
    expect(records.slice(20)).toMatchObject([
      {
        seq: 21,
        eventType: 'Sluice.Diagnostics.EventsLost',
        data: { count: 6, byType: { 'Microsoft.VideoAnalyzer.Analytics.Inference': 5, 'Sluice.Other': 1 } },
      },
    ]);
    expect(String(records[20]?.data['reason'])).toMatch(/SQLITE_FULL/);
  });

  it('closes all the same', async () => {
    const { journal, db, close } = openJournal({ clock: new FakeClock() });
    fillDisk(db);
    publishMany(journal, 50, big);
    await close();
    expect(journal.stats()).toMatchObject({ queued: 50 });
  });
});
