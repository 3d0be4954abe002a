import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openEventJournal } from '../../engine/events/event-journal.js';
import { JournalReader } from '../../engine/events/journal-reader.js';
import type { EventJournal } from '../../engine/events/types.js';
import { openDataStore } from '../../engine/store/sqlite.js';
import { draft } from '../kit/event-journal.js';
import { FakeClock } from '../kit/fake-clock.js';
import { tempDir } from '../kit/temp-dir.js';

type Step =
  | { kind: 'publish'; count: number }
  | { kind: 'wait'; ms: number }
  | { kind: 'stepWall'; ms: number }
  | { kind: 'crash' }
  | { kind: 'restart' }
  | { kind: 'fill' }
  | { kind: 'free' }
  | { kind: 'read'; since: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 40 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 4, 10, 2000, 40_000) }),
  },
  fc.record({ kind: fc.constant('stepWall' as const), ms: fc.integer({ min: -1e7, max: 1e7 }) }),
  fc.record({ kind: fc.constantFrom('crash' as const, 'restart' as const, 'fill' as const, 'free' as const) }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('read' as const), since: fc.nat(200) }) },
);

/** The log beside what anybody has been shown so far. */
class World {
  readonly clock = new FakeClock();
  /** By seq: what was shown. It may never change or come again. */
  readonly shown = new Map<number, string>();
  dir = tempDir();
  #open = this.#start();
  #shownUpTo = 0;

  #start() {
    const store = openDataStore(this.dir);
    const journal = openEventJournal(store.db, {
      engine: 'test',
      clock: this.clock,
      bootId: 'same',
      batchEvents: 16,
      segmentEvents: 8,
      retention: { maxEvents: 60, maxAgeMs: 20_000 },
      waiting: { maxEvents: 50 },
    });
    journal.onAppended((lastSeq) => this.#onAppended(journal, lastSeq));
    return { store, journal };
  }

  get journal(): EventJournal {
    return this.#open.journal;
  }

  #onAppended(journal: EventJournal, lastSeq: number): void {
    const events = journal.readWire(this.#shownUpTo, lastSeq - this.#shownUpTo);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => this.#shownUpTo + 1 + i));
    expect(events.at(-1)?.seq).toBe(lastSeq);
    for (const event of events) this.shown.set(event.seq, event.wire);
    this.#shownUpTo = lastSeq;
  }

  async restart(): Promise<void> {
    await this.#open.journal.close();
    this.#open.store.close();
    this.#open = this.#start();
  }

  /** Goes on with what a killed process leaves behind: its files, without anything that was in memory. */
  async crash(): Promise<void> {
    const left = tempDir();
    for (const file of ['sluice.db', 'sluice.db-wal']) {
      if (existsSync(join(this.dir, file))) copyFileSync(join(this.dir, file), join(left, file));
    }
    const dead = this.#open;
    this.dir = left;
    this.#open = this.#start();
    // The dead one must say nothing more.
    dead.store.close();
    await dead.journal.close();
  }

  async run(one: Step): Promise<void> {
    const { db } = this.#open.store;
    if (one.kind === 'publish')
      for (let n = 0; n < one.count; n++) this.journal.publish(draft(n, { data: { text: 'x'.repeat(500) } }));
    else if (one.kind === 'wait') this.clock.advance(one.ms);
    else if (one.kind === 'stepWall') this.clock.stepWall(one.ms);
    else if (one.kind === 'crash') await this.crash();
    else if (one.kind === 'restart') await this.restart();
    else if (one.kind === 'fill') db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
    else if (one.kind === 'free') db.pragma('max_page_count = 1000000');
    else this.read(one.since);
  }

  /** Whoever reads from anywhere gets each number once, as an event that is what it was, or within a gap. */
  read(since: number): void {
    const { journal } = this;
    const reader = new JournalReader(journal, since);
    let next = since + 1;
    for (let chunk = reader.next(10); chunk.kind !== 'end'; chunk = reader.next(10)) {
      if (chunk.kind === 'gap') {
        const { from, to, reason } = chunk.gap.gap;
        if (reason === 'notInLog') expect([from, to]).toEqual([journal.lastSeq + 1, since]);
        else expect([from, reason, to < journal.firstSeq]).toEqual([next, 'retention', true]);
        next = reader.cursor + 1;
        continue;
      }
      for (const event of chunk.events) {
        expect([event.seq, event.wire]).toEqual([next, this.shown.get(next)]);
        next += 1;
      }
    }
    expect(next).toBe(journal.lastSeq + 1);
  }
}

describe('event log, whatever happens to it', () => {
  it('numbers without holes, never twice, and accounts for every number to every reader', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
        const world = new World();
        for (const one of steps) await world.run(one);
        await world.restart();
        world.read(0);
        expect([...world.shown.keys()]).toEqual([...world.shown.keys()].map((_, i) => i + 1));
        expect(world.journal.lastSeq).toBeGreaterThanOrEqual(world.shown.size);
        await world.restart();
      }),
      { numRuns: 60 },
    );
  });
});
