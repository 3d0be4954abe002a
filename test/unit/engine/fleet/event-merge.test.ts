import { describe, expect, it } from 'vitest';
import type { EventJournal } from '../../../../engine/events/types.js';
import { EventFeeder } from '../../../../engine/fleet/event-feeder.js';
import { EventMerge } from '../../../../engine/fleet/event-merge.js';
import type { FromEngine } from '../../../../engine/fleet/messages.js';
import { draft, openJournal, publishMany, upTo } from '../../../kit/event-journal.js';
import { FakeClock } from '../../../kit/fake-clock.js';

type FromLog = Extract<FromEngine, { kind: 'events' | 'gap' }>;
const silent = { warn: () => {}, error: () => {} };

/** Engines' logs that are fed into one. Nothing is taken twice, and nothing gets lost between two runs of either. */
const rig = () => {
  const clock = new FakeClock();
  const front = openJournal({ clock });
  const merge = new EventMerge({ journal: front.journal, clock, log: silent });
  const run = (engine: number, journal: EventJournal) => {
    const sent: FromLog[] = [];
    const feeder: EventFeeder = new EventFeeder({
      journal,
      since: merge.position(engine),
      send: (message) => {
        sent.push(message as FromLog);
        merge.take(engine, message as FromLog, (seq) => taken.push(seq));
      },
    });
    const taken: number[] = [];
    feeder.start();
    return { feeder, sent, taken };
  };
  const ids = () => front.journal.readWire(0, 10_000).map(({ record }) => record.id);
  return { clock, front, merge, run, ids };
};

describe('the merged event log', () => {
  it('has every event of each engine once, as it was but for its number', async () => {
    const { clock, front, run, ids } = rig();
    const [one, other] = [openJournal({ clock }), openJournal({ clock })];
    const expected = [...publishMany(one.journal, 3, { output: 'hub' }), ...publishMany(other.journal, 2)];
    await one.journal.flush();
    await other.journal.flush();
    const first = run(1, one.journal);
    run(2, other.journal);
    expect(ids()).toEqual(expected);
    const events = front.journal.readWire(0, 10);
    expect(events.map(({ seq }) => seq)).toEqual(upTo(5));
    expect(events[0]).toMatchObject({ pipeline: 'p1', output: 'hub' });
    expect({ ...events[4]!.record, seq: 2 }).toEqual(other.journal.readWire(1, 1)[0]!.record);
    expect(first.taken).toEqual([3]);

    expected.push(one.journal.publish(draft(9)));
    await one.journal.flush();
    expect(ids()).toEqual(expected);
  });

  it('goes on where it was, whoever has ended', async () => {
    const { clock, front, run, ids } = rig();
    const engine = openJournal({ clock });
    const expected = publishMany(engine.journal, 600);
    await engine.journal.flush();
    run(1, engine.journal).feeder.stop();
    // The next run of the front knows only what is on the disk.
    const merge = new EventMerge({ journal: front.journal, clock, log: silent });
    expect([merge.position(1), merge.position(2)]).toEqual([600, 0]);
    expected.push(...publishMany(engine.journal, 2));
    await engine.journal.flush();
    run(1, engine.journal);
    expect(ids()).toEqual(expected);
  });

  it('writes nothing while it cannot, and everything afterwards, in order', async () => {
    const { clock, front, merge, run, ids } = rig();
    const engine = openJournal({ clock });
    const { taken } = run(1, engine.journal);
    front.db.pragma('query_only = 1');
    const expected = publishMany(engine.journal, 2);
    await engine.journal.flush();
    expect([ids(), taken, merge.failure]).toEqual([[], [], expect.stringContaining('readonly')]);
    front.db.pragma('query_only = 0');
    clock.advance(1000);
    expect([ids(), taken, merge.failure, merge.position(1)]).toEqual([expected, [2], undefined, 2]);
  });

  it('has what an engine said before it ended, or is told again', async () => {
    const { clock, front, merge, run, ids } = rig();
    const engine = openJournal({ clock });
    run(1, engine.journal).feeder;
    front.db.pragma('query_only = 1');
    const expected = publishMany(engine.journal, 2);
    await engine.journal.flush();
    merge.forget(1);
    front.db.pragma('query_only = 0');
    clock.advance(1000);
    expect(ids()).toEqual([]);
    run(1, engine.journal);
    expect(ids()).toEqual(expected);
  });

  it('tells what the log of an engine does not have any more', async () => {
    const { clock, front, run } = rig();
    const engine = openJournal({ clock, segmentEvents: 10, retention: { maxEvents: 15 } });
    for (let n = 0; n < 4; n++) {
      publishMany(engine.journal, 10);
      await engine.journal.flush();
    }
    const { firstSeq } = engine.journal;
    expect(firstSeq).toBeGreaterThan(1);
    run(3, engine.journal);
    await front.journal.flush();
    const lost = front.journal.readWire(0, 100).filter(({ eventType }) => eventType.endsWith('.EventsLost'));
    expect(lost.map(({ record }) => record.data)).toEqual([
      { count: firstSeq - 1, byType: {}, reason: 'engine 3: retention' },
    ]);
    expect(front.journal.readWire(0, 100)).toHaveLength(40 - firstSeq + 1 + 1);
  });

  it('takes a log that is shorter than its position for another one', async () => {
    const { clock, front, run, ids } = rig();
    front.journal.saveCursor('engine 1', 500);
    const engine = openJournal({ clock });
    const expected = publishMany(engine.journal, 2);
    await engine.journal.flush();
    run(1, engine.journal);
    expect(ids()).toEqual(expected);
  });
});

describe('an engine that feeds it', () => {
  it('has only so much on the way, but at its end', async () => {
    const { clock } = rig();
    const { journal } = openJournal({ clock });
    publishMany(journal, 3000);
    await journal.flush();
    const sent: FromLog[] = [];
    const feeder = new EventFeeder({ journal, since: 0, send: (message) => void sent.push(message as FromLog) });
    feeder.start();
    expect(sent.map(({ upTo: last }) => last)).toEqual([256, 512, 768, 1024]);
    feeder.taken(512);
    expect(sent.at(-1)?.upTo).toBe(1536);
    feeder.end();
    expect(sent.at(-1)?.upTo).toBe(3000);
  });
});
