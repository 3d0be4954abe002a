import { describe, expect, it } from 'vitest';
import { openEventLog } from '../../../../engine/events/event-log.js';
import { openSqlite } from '../../../../engine/store/sqlite-driver.js';
import { draft, openLog, publishMany } from '../../../kit/event-journal.js';
import { FakeClock } from '../../../kit/fake-clock.js';

describe('closing the event log', () => {
  it('writes what waits and leaves no timer behind, however often it is called', async () => {
    const clock = new FakeClock();
    const { log, db } = openLog({ clock });
    let seen = 0;
    log.onAppended((lastSeq) => {
      seen = lastSeq;
    });
    publishMany(log, 3);
    expect(clock.pendingTimers).toBeGreaterThan(1);
    await Promise.all([log.close(), log.close()]);
    await log.close();
    expect(clock.pendingTimers).toBe(0);
    expect([seen, log.lastSeq]).toEqual([3, 3]);
    expect(db.open).toBe(true);
  });

  it('leaves no timer behind while the disk is full, and neither does what comes after it', async () => {
    const clock = new FakeClock();
    const { log, db } = openLog({ clock });
    db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
    publishMany(log, 50, { data: { filling: 'x'.repeat(5000) } });
    clock.advance(1500);
    expect(log.stats().failure).toMatch(/^SQLITE_FULL/);
    await log.close();
    db.pragma('max_page_count = 1000000');
    log.publish(draft(0));
    await expect(log.flush()).rejects.toMatchObject({ code: 'EventLogUnwritable' });
    expect(log.lastSeq).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is not needed for a log that could not be opened', () => {
    const clock = new FakeClock();
    const withoutTables = openSqlite(':memory:');
    expect(() => openEventLog(withoutTables, { clock })).toThrow(/no such table/);
    expect(clock.pendingTimers).toBe(0);
    withoutTables.close();
  });
});
