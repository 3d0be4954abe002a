import { describe, expect, it } from 'vitest';
import type { EventJournalOptions } from '../../../../engine/events/event-journal.js';
import { draft, openJournal, publishMany, upTo } from '../../../kit/event-journal.js';
import { FakeClock } from '../../../kit/fake-clock.js';

/** A journal beside a table of somebody else's. */
const opened = (options: Partial<EventJournalOptions> = {}) => {
  const clock = new FakeClock();
  const { journal, db, close } = openJournal({ clock, retryMs: 1000, ...options });
  db.exec('CREATE TABLE things (name TEXT NOT NULL UNIQUE)');
  const insert = db.prepare('INSERT INTO things VALUES (?)');
  return {
    clock,
    journal,
    close,
    add: (name: string | null) => () => void insert.run(name),
    things: () => db.prepare('SELECT name FROM things ORDER BY rowid').pluck().all(),
    numbers: () => journal.read(0, 1000).map(({ record }) => record.data['n']),
    seqs: () => journal.read(0, 1000).map(({ record }) => record.seq),
    /** Every write fails from now on, as on a full disk; every read succeeds. */
    fillDisk: () => db.pragma('query_only = 1'),
    freeDisk: () => db.pragma('query_only = 0'),
  };
};

describe('a change that is committed with its events', () => {
  it('is in the database at once, after everything that was published before', () => {
    const { journal, add, things, numbers, clock } = opened();
    publishMany(journal, 3);
    expect(journal.commit(add('a'), [draft(3), draft(4)])).toBe('written');
    journal.publish(draft(5));
    expect([things(), numbers()]).toEqual([['a'], [0, 1, 2, 3, 4]]);
    clock.advance(10);
    expect(numbers()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('needs no events', () => {
    const { journal, add, things } = opened();
    expect(journal.commit(add('a'), [])).toBe('written');
    journal.commitNow(add('b'), []);
    expect([things(), journal.stats()]).toEqual([['a', 'b'], expect.objectContaining({ lastSeq: 0, queued: 0 })]);
  });

  it('is told to listeners in order, and only when the one who commits has finished', () => {
    const { journal, add, clock } = opened();
    const told: number[] = [];
    let within = false;
    journal.onAppended((lastSeq) => {
      expect(within).toBe(false);
      told.push(lastSeq);
    });
    within = true;
    journal.commit(add('a'), [draft(0)]);
    journal.commit(add('b'), [draft(1)]);
    within = false;
    expect(told).toEqual([]);
    clock.advance(0);
    expect(told).toEqual([2]);
    publishMany(journal, 1);
    clock.advance(10);
    expect(told).toEqual([2, 3]);
  });

  it('is told before the journal closes', async () => {
    const { journal, add } = opened();
    const told: number[] = [];
    journal.onAppended((lastSeq) => told.push(lastSeq));
    journal.commit(add('a'), [draft(0)]);
    await journal.close();
    expect(told).toEqual([1]);
    expect(journal.commit(add('b'), [draft(1)])).toBe('lost');
    expect(() => journal.commitNow(add('b'), [])).toThrow('closed');
  });
});

describe('while the database cannot be written', () => {
  it('a change waits with its events, in order, and is made with them', () => {
    const { journal, add, things, numbers, seqs, clock, fillDisk, freeDisk } = opened();
    fillDisk();
    journal.publish(draft(0));
    expect(journal.commit(add('a'), [draft(1)])).toBe('waiting');
    journal.publish(draft(2));
    expect(journal.commit(add('b'), [draft(3)])).toBe('waiting');
    expect(journal.stats()).toMatchObject({ queued: 4, failure: expect.stringMatching(/READONLY/) });
    clock.advance(5000);
    expect([things(), numbers()]).toEqual([[], []]);
    freeDisk();
    clock.advance(1000);
    expect([things(), numbers(), seqs()]).toEqual([['a', 'b'], [0, 1, 2, 3], upTo(4)]);
  });

  it('is tried again at the next commit, without waiting for the clock', () => {
    const { journal, add, things, fillDisk, freeDisk } = opened();
    fillDisk();
    journal.commit(add('a'), [draft(0)]);
    freeDisk();
    expect(journal.commit(add('b'), [draft(1)])).toBe('written');
    expect(things()).toEqual(['a', 'b']);
  });

  it('a change that cannot wait is refused, and leaves nothing behind', () => {
    const { journal, add, things, numbers, clock, fillDisk, freeDisk } = opened();
    fillDisk();
    expect(() => journal.commitNow(add('a'), [draft(0)])).toThrow(/readonly/);
    journal.commit(add('b'), [draft(1)]);
    expect(() => journal.commitNow(add('c'), [draft(2)])).toThrow(/READONLY/);
    freeDisk();
    clock.advance(1000);
    expect([things(), numbers()]).toEqual([['b'], [1]]);
    expect(journal.stats()).toMatchObject({ lost: 0, queued: 0, failure: undefined });
  });

  it('a change is lost with its events when the queue is full, and not without them', () => {
    const { journal, add, things, clock, fillDisk, freeDisk } = opened({ waiting: { maxEvents: 3 } });
    fillDisk();
    publishMany(journal, 2);
    expect(journal.commit(add('a'), [draft(2), draft(3)])).toBe('lost');
    expect(journal.commit(add('b'), [draft(4)])).toBe('waiting');
    freeDisk();
    clock.advance(2000);
    expect(things()).toEqual(['b']);
    expect(journal.read(3, 10)).toMatchObject([{ record: { data: { count: 2 } } }]);
  });
});

describe('a change that is wrong', () => {
  it('is lost with its events, which is told, and keeps nothing else from the disk', () => {
    const lost: string[] = [];
    const { journal, add, things, numbers, seqs, clock } = opened({ observer: { onLost: () => lost.push('one') } });
    journal.publish(draft(0));
    expect(journal.commit(add(null), [draft(1), draft(2)])).toBe('lost');
    expect(journal.commit(add('a'), [draft(3)])).toBe('written');
    clock.advance(10);
    expect([things(), lost]).toEqual([['a'], ['one', 'one']]);
    expect(numbers().filter((n) => n !== undefined)).toEqual([0, 3]);
    expect(seqs()).toEqual(upTo(3));
    const [report] = journal.read(0, 10).filter(({ record }) => record.eventType.endsWith('EventsLost'));
    expect(report?.record.data).toMatchObject({ count: 2, reason: expect.stringMatching(/NOT NULL/) });
    expect(journal.stats()).toMatchObject({ lost: 2, queued: 0, failure: undefined });
  });

  it('is undone when it fails half-way, with numbers as they were', () => {
    const { journal, add, things, numbers, seqs } = opened();
    const half = () => {
      add('half')();
      add(null)();
    };
    expect(() => journal.commitNow(half, [draft(0)])).toThrow(/NOT NULL/);
    expect(journal.commit(half, [draft(1)])).toBe('lost');
    journal.commitNow(add('whole'), [draft(2)]);
    expect(things()).toEqual(['whole']);
    expect(numbers().filter((n) => n !== undefined)).toContain(2);
    expect(seqs()).toEqual(upTo(seqs().length));
    expect(journal.stats().lastSeq).toBe(seqs().length);
  });
});
