import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Driver, settings, t } from '../kit/gate-driver.js';

interface Timing {
  window: number;
  offset: number;
  minimum: number;
  maximum: number;
}

interface Seen {
  at: number;
  arrival: number;
  id: string;
}

const timing: fc.Arbitrary<Timing> = fc
  .record({
    window: fc.integer({ min: 0, max: 10 }),
    offset: fc.integer({ min: -60, max: 60 }),
    minimum: fc.integer({ min: 10, max: 60 }),
    more: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 90 })),
  })
  .map(({ more, ...rest }) => ({ ...rest, maximum: rest.minimum + more }));

/** Events in tenths of a second, each with the delay of its arrival. */
const events = (maxDelay: number) =>
  fc
    .array(fc.record({ gap: fc.integer({ min: 0, max: 300 }), delay: fc.integer({ min: 0, max: maxDelay }) }), {
      minLength: 1,
      maxLength: 25,
    })
    .map((list) => {
      let at = 0;
      const all = list.map(({ gap, delay }, i) => {
        at += gap;
        return { at: at / 10, arrival: (at + delay) / 10, id: `e${i}` };
      });
      return all.sort((a, b) => a.arrival - b.arrival);
    });

const drive = (at: Timing, list: Seen[]) => {
  const driver = new Driver(settings(at));
  const outcomes = list.map((event) => driver.event(event.at, event));
  driver.runTo(list.at(-1)!.arrival + at.maximum + Math.max(0, at.offset) + 30);
  return { driver, outcomes };
};

/** Intervals straight from the documentation's formula, for events that arrive in order and at once. */
const formula = (at: Timing, list: Seen[]) => {
  const groups: number[][] = [];
  for (const { at: time } of list) {
    const group = groups.at(-1);
    const fits = group && time <= Math.max(...group) + at.minimum && time < Math.min(...group) + at.maximum;
    if (fits) group.push(time);
    else groups.push([time]);
  }
  return groups.map((group) => ({
    start: Math.min(...group) + at.offset,
    end: Math.min(Math.max(...group) + at.minimum, Math.min(...group) + at.maximum),
  }));
};

/** What the documentation says, event by event, with everything computed anew from the whole list each time. */
class Model {
  readonly all: { number: number; members: Seen[]; opened: boolean; closed: boolean }[] = [];
  private now = Number.NEGATIVE_INFINITY;
  constructor(readonly at: Timing) {}

  first = (members: Seen[]) => members.reduce((a, b) => (b.at < a.at ? b : a));
  end = (members: Seen[]) => {
    const times = members.map(({ at }) => at);
    return Math.min(Math.max(...times) + this.at.minimum, Math.min(...times) + this.at.maximum);
  };

  reason = (members: Seen[]) => {
    const times = members.map(({ at }) => at);
    const capped = round(Math.max(...times) + this.at.minimum) >= round(Math.min(...times) + this.at.maximum);
    return capped ? 'maximum' : 'minimum';
  };

  /** The camera's pictures came until `now`, the last one on a multiple of 40 ms. */
  time(now: number) {
    if (now <= this.now) return;
    this.now = now;
    const tick = Math.floor(Math.round(now * 1e6) / 40_000) * 0.04;
    for (const one of this.all) {
      const evaluated = tick + 1e-9 >= Math.min(...one.members.map(({ arrival }) => arrival)) + this.at.window;
      const start = this.first(one.members).at + this.at.offset;
      if (evaluated && this.end(one.members) > start && tick + 1e-9 >= start) one.opened = true;
      if (evaluated && tick > this.end(one.members) + 1e-9) one.closed = true;
    }
  }

  event(event: Seen): string {
    this.time(event.arrival);
    return this.assign(event);
  }

  private assign(event: Seen): string {
    const { minimum, maximum, window } = this.at;
    const closed = this.all.filter(({ closed }) => closed);
    const alive = this.all
      .filter(({ closed }) => !closed)
      .sort((a, b) => this.first(a.members).at - this.first(b.members).at);
    const before = alive.filter(({ members }) => this.first(members).at <= event.at).at(-1);
    if (before) {
      const end = this.end(before.members);
      const last = Math.max(...before.members.map(({ at }) => at));
      if (event.at <= last + minimum && event.at < this.first(before.members).at + maximum) {
        before.members.push(event);
        return this.end(before.members) > end ? 'extended' : 'covered';
      }
    } else if (closed.some(({ members, number }) => number === closed.length && event.at < this.first(members).at)) {
      return 'late';
    }
    const after = alive.find(({ members }) => this.first(members).at > event.at);
    if (!after) {
      this.all.push({ number: this.all.length + 1, members: [event], opened: false, closed: false });
      return 'opened';
    }
    if (after.opened || event.arrival > after.members[0]!.arrival + window + 1e-9) return 'late';
    const cap = event.at + maximum;
    const out = after.members.filter(({ at }) => at >= cap);
    const initial = after.members[0]!;
    after.members = [...after.members.filter(({ at }) => at < cap), event];
    // The window counts from the first arrival, even if that event has gone to another activation.
    if (out.includes(initial)) after.members.unshift({ ...event, arrival: initial.arrival });
    for (const other of out) this.assign(other);
    return 'movedEarlier';
  }
}

const round = (n: number) => Math.round(n * 1e6) / 1e6;
const interval = ({ start, end }: { start: number; end: number }) => [round(start), round(end)];

describe('the gate', () => {
  it('gives the formula’s intervals for events in order', () => {
    fc.assert(
      fc.property(timing, events(0), (at, list) => {
        const { driver } = drive(at, list);
        const expected = formula(at, list).filter(({ start, end }) => end > start);
        expect(driver.clips.map(interval)).toEqual(expected.map(interval));
        const skipped = driver.actions.filter(({ type }) => type === 'skip').length;
        expect(skipped).toBe(formula(at, list).length - expected.length);
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with a naive model for events in any order', () => {
    fc.assert(
      fc.property(timing, events(250), (at, list) => {
        const { driver, outcomes } = drive(at, list);
        const model = new Model(at);
        expect(outcomes).toEqual(list.map((event) => model.event(event)));
        const expected = model.all.map(({ members, number }) => {
          const { at: first, id } = model.first(members);
          const [start, end] = [round(first + at.offset), round(model.end(members))];
          return { activation: number, start, end, reason: model.reason(members), id };
        });
        const byNumber = (a: { activation: number }, b: { activation: number }) => a.activation - b.activation;
        expect(driver.clips.sort(byNumber)).toEqual(expected.filter(({ start, end }) => end > start).sort(byNumber));
        const skipped = expected
          .filter(({ start, end }) => end <= start)
          .map(({ start, end, id, ...rest }) => {
            const times = { start: t(start), end: t(end) };
            return { ...rest, type: 'skip', reason: 'endsBeforeStart', signalId: id, ...times };
          });
        expect(driver.actions.filter(({ type }) => type === 'skip').sort(byNumber)).toEqual(skipped.sort(byNumber));
      }),
      { numRuns: 500 },
    );
  });

  it('loses no event but late ones, pairs every open with a close, and keeps within its limits', () => {
    fc.assert(
      fc.property(timing, events(250), (at, list) => {
        const { driver, outcomes } = drive({ ...at, offset: -Math.abs(at.offset) }, list);
        const { actions, clips } = driver;
        list.forEach((event, i) => {
          const held = clips.some(({ start, end }) => event.at >= start && event.at <= end);
          if (outcomes[i] !== 'late') expect(held).toBe(true);
        });
        expect(actions.filter(({ type }) => type === 'open').length).toBe(clips.length);
        expect(new Set(clips.map(({ activation }) => activation)).size).toBe(clips.length);
        for (const { start, end } of clips) {
          const length = end - start - Math.abs(at.offset);
          expect(length).toBeGreaterThanOrEqual(at.minimum - 1e-6);
          expect(length).toBeLessThanOrEqual(at.maximum + 1e-6);
        }
        expect(driver.state).toBe('closed');
        expect(driver.gate.deadline).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('needs no media to come to an end: its deadlines suffice', () => {
    fc.assert(
      fc.property(timing, events(250), (at, list) => {
        const driver = new Driver(settings(at));
        const { gate } = driver;
        const types: string[] = [];
        for (const event of list) {
          while (gate.deadline !== undefined && gate.deadline <= t(event.arrival)) {
            const due = gate.deadline;
            for (const action of gate.advance(t(0), due)) types.push(action.type);
          }
          gate.signal({ at: t(event.at), id: event.id }, t(event.arrival));
        }
        for (let i = 0; gate.deadline !== undefined; i++) {
          expect(i).toBeLessThan(4 * list.length + 4);
          for (const action of gate.advance(t(0), gate.deadline)) types.push(action.type);
        }
        const count = (type: string) => types.filter((other) => other === type).length;
        expect(count('open')).toBe(count('close'));
        expect(count('open') + count('skip')).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});
