import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outbox, type Outcome } from '../../engine/hub/outbox.js';
import { FakeClock } from '../kit/fake-clock.js';
import { MemoryJournal } from '../kit/memory-journal.js';

type Step =
  | { do: 'add'; published: boolean[] }
  | { do: 'ack'; which: number }
  | { do: 'refuse'; which: number }
  | { do: 'retry'; which: number }
  | { do: 'lose' } // the connection
  | { do: 'connect' }
  | { do: 'kill' } // the engine
  | { do: 'wait'; ms: number }
  | { do: 'forget'; share: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('add' as const), published: fc.array(fc.boolean(), { maxLength: 8 }) }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('ack' as const), which: fc.nat(9) }) },
  fc.record({ do: fc.constant('refuse' as const), which: fc.nat(9) }),
  fc.record({ do: fc.constant('retry' as const), which: fc.nat(9) }),
  fc.record({ do: fc.constant('lose' as const) }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('connect' as const) }) },
  fc.record({ do: fc.constant('kill' as const) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(300) }) },
);

/** A broker that takes what it acknowledges, over a connection that fails in every way. */
class World {
  readonly journal = new MemoryJournal();
  readonly clock = new FakeClock();
  readonly toPublish: number[] = [];
  readonly refused: number[] = [];
  readonly lost: Array<[number, number]> = [];
  /** What reached the broker, in order, duplicates included. */
  readonly arrived: number[] = [];
  open = false;
  flight: Array<{ seq: number; done: (outcome: Outcome) => void }> = [];
  maxFlight = 0;
  outbox = this.#newOutbox();

  #newOutbox(): Outbox {
    return new Outbox(this.journal, 'mqtt', this.clock, {
      credit: () => (this.open ? 5 - this.flight.length : 0),
      send: (event, repeat, done) => {
        const { seq } = event.record;
        if (!event.output) return 'skipped';
        if (seq % 7 === 0 && this.flight.length > 0) return 'later';
        expect(this.open).toBe(true);
        if (repeat) expect(this.arrived).toContain(seq);
        this.arrived.push(seq);
        this.flight.push({ seq, done });
        this.maxFlight = Math.max(this.maxFlight, this.flight.length);
        return 'sent';
      },
      onLost: (from, to) => this.lost.push([from, to]),
      onRetry: () => this.lose(),
      onJournalError: (error) => {
        throw error;
      },
    });
  }

  lose(): void {
    this.open = false;
    const old = this.flight;
    this.flight = [];
    this.outbox.pause();
    // Acknowledgements of a dead connection change nothing.
    for (const { done } of old) done('acknowledged');
  }

  run(step: Step): void {
    const take = (which: number) => this.flight.splice(which % Math.max(1, this.flight.length), 1)[0];
    switch (step.do) {
      case 'add':
        for (const published of step.published) {
          this.journal.add({ ...(published ? { output: 'o' } : {}) });
          if (published) this.toPublish.push(this.journal.lastSeq);
        }
        this.outbox.fill();
        break;
      case 'ack':
        take(step.which)?.done('acknowledged');
        break;
      case 'refuse': {
        const sent = take(step.which);
        if (sent) this.refused.push(sent.seq);
        sent?.done('refused');
        break;
      }
      case 'retry':
        take(step.which)?.done('retry');
        break;
      case 'lose':
        this.lose();
        break;
      case 'connect':
        if (this.open) break;
        this.open = true;
        this.outbox.start();
        break;
      case 'kill':
        // Nothing is saved on the way out.
        this.open = false;
        this.flight = [];
        this.outbox = this.#newOutbox();
        break;
      case 'wait':
        this.clock.advance(step.ms);
        break;
      case 'forget':
        break;
    }
  }

  finish(): void {
    this.run({ do: 'connect' });
    for (let i = 0; i < 10_000 && (this.flight.length > 0 || this.outbox.cursor < this.journal.lastSeq); i++) {
      this.run({ do: 'ack', which: 0 });
      this.clock.advance(1);
    }
    this.clock.advance(200);
  }
}

const firsts = (seqs: readonly number[]): number[] => [...new Set(seqs)];

describe('the outbox', () => {
  it('brings every event at least once and in order, whatever fails on the way', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const world = new World();
        for (const each of steps) {
          world.run(each);
          // The position never passes over an event that the peer has not got.
          for (const seq of world.toPublish.filter((seq) => seq <= world.journal.cursor('mqtt'))) {
            expect(world.arrived).toContain(seq);
          }
        }
        world.finish();
        expect(firsts(world.arrived)).toEqual(world.toPublish);
        expect(world.outbox.cursor).toBe(world.journal.lastSeq);
        expect(world.journal.cursor('mqtt')).toBe(world.journal.lastSeq);
        expect(world.outbox.inFlight).toBe(0);
        expect(world.maxFlight).toBeLessThanOrEqual(5);
        expect(world.lost).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('says what retention took, once, and goes on', () => {
    const world = new World();
    world.run({ do: 'add', published: Array(10).fill(true) as boolean[] });
    world.journal.forget(4);
    world.run({ do: 'connect' });
    world.lose();
    world.finish();
    expect(world.lost).toEqual([[1, 4]]);
    expect(firsts(world.arrived)).toEqual([5, 6, 7, 8, 9, 10]);
  });

  it('passes over a long log of events that are not for it without holding the engine up', () => {
    const world = new World();
    world.run({ do: 'add', published: Array(5000).fill(false) as boolean[] });
    world.run({ do: 'connect' });
    expect(world.outbox.cursor).toBe(1000);
    world.clock.advance(1);
    expect(world.outbox.cursor).toBe(5000);
  });

  it('waits for what is in flight when it is asked to settle, and sends nothing new', async () => {
    const world = new World();
    world.run({ do: 'add', published: Array(8).fill(true) as boolean[] });
    world.run({ do: 'connect' });
    let settled = false;
    const waiting = world.outbox.settle(2000).then(() => {
      settled = true;
    });
    for (let i = 0; i < 4; i++) world.run({ do: 'ack', which: 0 });
    await Promise.resolve();
    expect(settled).toBe(false);
    world.run({ do: 'ack', which: 0 });
    await waiting;
    expect(world.arrived).toEqual([1, 2, 3, 4, 5]);
    world.outbox.pause();
    expect(world.journal.cursor('mqtt')).toBe(5);
  });

  it('goes on when the log cannot be read or written for a while', () => {
    const world = new World();
    const errors: string[] = [];
    let broken = true;
    const journal = world.journal;
    const read = journal.read.bind(journal);
    const save = journal.saveCursor.bind(journal);
    journal.read = (since, limit) => {
      if (broken) throw new Error('disk');
      return read(since, limit);
    };
    journal.saveCursor = (consumer, seq) => {
      if (broken) throw new Error('disk');
      save(consumer, seq);
    };
    const arrived: number[] = [];
    const outbox = new Outbox(journal, 'mqtt', world.clock, {
      credit: () => 5,
      send: (event, _repeat, done) => {
        arrived.push(event.record.seq);
        queueMicrotask(() => done('acknowledged'));
        return 'sent';
      },
      onLost: () => {},
      onRetry: () => {},
      onJournalError: (_error, what) => errors.push(what),
    });
    journal.add({ output: 'o' });
    outbox.start();
    expect(arrived).toEqual([]);
    broken = false;
    world.clock.advance(1000);
    expect(arrived).toEqual([1]);
    expect(errors).toEqual(['read']);
    broken = true;
    return Promise.resolve().then(() => {
      world.clock.advance(100);
      expect(errors).toContain('cursor');
      broken = false;
      world.clock.advance(100);
      expect(journal.cursor('mqtt')).toBe(1);
    });
  });
});
