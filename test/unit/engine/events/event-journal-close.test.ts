import { describe, expect, it } from 'vitest';
import { openEventJournal } from '../../../../engine/events/event-journal.js';
import { openSqlite } from '../../../../engine/store/sqlite-driver.js';
import { draft, openJournal, publishMany } from '../../../kit/event-journal.js';
import { FakeClock } from '../../../kit/fake-clock.js';

describe('closing the event log', () => {
  it('writes what waits and leaves no timer behind, however often it is called', async () => {
    const clock = new FakeClock();
    const { journal, db } = openJournal({ clock });
    let seen = 0;
    journal.onAppended((lastSeq) => {
      seen = lastSeq;
    });
    publishMany(journal, 3);
    expect(clock.pendingTimers).toBeGreaterThan(1);
    await Promise.all([journal.close(), journal.close()]);
    await journal.close();
    expect(clock.pendingTimers).toBe(0);
    expect([seen, journal.lastSeq]).toEqual([3, 3]);
    expect(db.open).toBe(true);
  });

  it('leaves no timer behind while the disk is full, and neither does what comes after it', async () => {
    const clock = new FakeClock();
    const { journal, db } = openJournal({ clock });
    db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
    publishMany(journal, 50, { data: { filling: 'x'.repeat(5000) } });
    clock.advance(1500);
    expect(journal.stats().failure).toMatch(/^SQLITE_FULL/);
    await journal.close();
    db.pragma('max_page_count = 1000000');
    journal.publish(draft(0));
    await expect(journal.flush()).rejects.toMatchObject({ code: 'EventLogUnwritable' });
    expect(journal.lastSeq).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is not needed for a log that could not be opened', () => {
    const clock = new FakeClock();
    const withoutTables = openSqlite(':memory:');
    expect(() => openEventJournal(withoutTables, { clock })).toThrow(/no such table/);
    expect(clock.pendingTimers).toBe(0);
    withoutTables.close();
  });
});
