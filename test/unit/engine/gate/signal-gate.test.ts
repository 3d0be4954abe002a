import { describe, expect, it } from 'vitest';
import { requiredSpan, SignalGate } from '../../../../engine/gate/signal-gate.js';
import { Driver, settings, stateOf, t } from '../../../kit/gate-driver.js';

const EXAMPLE = settings({ window: 1, offset: -5, minimum: 20, maximum: 40 });

describe('the worked examples', () => {
  it('one event', () => {
    const driver = new Driver(EXAMPLE);
    driver.event(0);
    driver.runTo(60);
    expect(driver.clips).toEqual([{ activation: 1, start: -5, end: 20, reason: 'minimum', id: 'e0' }]);
  });

  it('a second event extends', () => {
    const driver = new Driver(EXAMPLE);
    driver.event(0);
    driver.event(5);
    driver.runTo(60);
    expect(driver.clips).toEqual([{ activation: 1, start: -5, end: 25, reason: 'minimum', id: 'e0' }]);
  });

  it('events without end run into the cap, and the next one opens anew with overlapping pre-roll', () => {
    const driver = new Driver(EXAMPLE);
    for (const at of [0, 10, 20, 30, 39, 41]) driver.event(at);
    driver.runTo(100);
    expect(driver.clips).toEqual([
      { activation: 1, start: -5, end: 40, reason: 'maximum', id: 'e0' },
      { activation: 2, start: 36, end: 61, reason: 'minimum', id: 'e41' },
    ]);
  });

  it('minimum equal to maximum gives clips of one length', () => {
    const driver = new Driver(settings({ window: 1, offset: 0, minimum: 30, maximum: 30 }));
    for (let at = 0; at <= 65; at++) driver.event(at);
    driver.runTo(120);
    expect(driver.clips.map(({ start, end, reason }) => [start, end, reason])).toEqual([
      [0, 30, 'maximum'],
      [30, 60, 'maximum'],
      [60, 90, 'maximum'],
    ]);
  });
});

describe('the evaluation window', () => {
  const orders = permutations([
    { at: 0, id: 'a' },
    { at: 4, id: 'b' },
    { at: -2, id: 'c' },
    { at: 7, id: 'd' },
  ]);

  it.each(orders.map((order) => [order.map(({ id }) => id).join(''), order] as const))(
    'order %s within the window gives the same clip',
    (_name, order) => {
      const driver = new Driver(EXAMPLE);
      driver.runTo(8);
      order.forEach((event, i) => {
        driver.event(event.at, { arrival: 8 + i * 0.3, id: event.id });
      });
      driver.runTo(60);
      expect(driver.clips).toEqual([{ activation: 1, start: -7, end: 27, reason: 'minimum', id: 'c' }]);
    },
  );

  it.each(orders.map((order) => [order.map(({ id }) => id).join(''), order] as const))(
    'order %s beyond the window discards what precedes the first arrival',
    (_name, order) => {
      const driver = new Driver(EXAMPLE);
      driver.runTo(8);
      const outcomes = order.map((event, i) => driver.event(event.at, { arrival: 8 + i * 1.1, id: event.id }));
      driver.runTo(60);
      const first = order[0]!;
      expect(outcomes.slice(1)).toEqual(order.slice(1).map(({ at }) => (at < first.at ? 'late' : expect.any(String))));
      expect(outcomes.filter((outcome) => outcome === 'late')).toHaveLength(
        order.filter((e) => e.at < first.at).length,
      );
      expect(driver.clips).toEqual([{ activation: 1, start: first.at - 5, end: 27, reason: 'minimum', id: first.id }]);
    },
  );

  it('is inclusive at its end', () => {
    const driver = new Driver(EXAMPLE);
    driver.runTo(5);
    expect(driver.event(5, { arrival: 5 })).toBe('opened');
    expect(driver.gate.signal({ at: t(4), id: 'x' }, t(6))).toBe('movedEarlier');
    expect(driver.gate.signal({ at: t(3), id: 'y' }, (t(6) + 1) as never)).toBe('late');
  });

  it('holds the opening back until it is over', () => {
    const gate = new SignalGate(EXAMPLE);
    gate.signal({ at: t(0), id: 'e' }, t(0));
    expect(gate.deadline).toBe(t(1));
    expect(gate.advance(t(0.99), t(0.99))).toEqual([]);
    expect(stateOf(gate, [])).toBe('pending');
    const actions = gate.advance(t(1), t(1));
    expect(actions).toMatchObject([{ type: 'open', start: t(-5), requestedPreRoll: 5_000_000 }]);
    expect(stateOf(gate, actions)).toBe('open');
  });

  it('a very early event splits off what lies beyond its cap', () => {
    const driver = new Driver(settings({ window: 10, offset: -1, minimum: 10, maximum: 20 }));
    driver.runTo(30);
    driver.event(30, { arrival: 30, id: 'late-group' });
    driver.event(38, { arrival: 38, id: 'later' });
    driver.event(32, { arrival: 39, id: 'between' });
    expect(driver.event(15, { arrival: 39.5, id: 'early' })).toBe('movedEarlier');
    driver.runTo(90);
    // The cap of the early event is 35: only `later` lies beyond it.
    expect(driver.clips).toEqual([
      { activation: 1, start: 14, end: 35, reason: 'maximum', id: 'early' },
      { activation: 2, start: 37, end: 48, reason: 'minimum', id: 'later' },
    ]);
  });

  it('the group split off keeps its own earliest event', () => {
    const driver = new Driver(settings({ window: 10, offset: 0, minimum: 30, maximum: 40 }));
    driver.runTo(30);
    driver.event(30, { arrival: 60, id: 'first' });
    driver.event(59, { arrival: 61, id: 'far' });
    driver.event(50, { arrival: 62, id: 'near' });
    driver.event(5, { arrival: 63, id: 'early' });
    driver.runTo(120);
    expect(driver.clips).toEqual([
      { activation: 1, start: 5, end: 45, reason: 'maximum', id: 'early' },
      { activation: 2, start: 50, end: 89, reason: 'minimum', id: 'near' },
    ]);
  });
});

describe('a positive offset', () => {
  it('delays the start', () => {
    const driver = new Driver(settings({ window: 0, offset: 5, minimum: 20, maximum: 40 }));
    driver.event(0);
    driver.runTo(4.9);
    expect(driver.state).toBe('pending');
    driver.runTo(60);
    expect(driver.clips).toEqual([{ activation: 1, start: 5, end: 20, reason: 'minimum', id: 'e0' }]);
    expect(driver.actions[0]).toMatchObject({ type: 'open', requestedPreRoll: 0 });
  });

  it('beyond the minimum leaves no clip, and says so', () => {
    const driver = new Driver(settings({ window: 0, offset: 30, minimum: 20, maximum: 40 }));
    driver.event(0);
    driver.runTo(60);
    expect(driver.actions).toEqual([
      { type: 'skip', activation: 1, start: t(30), end: t(20), signalId: 'e0', reason: 'endsBeforeStart' },
    ]);
    expect(driver.state).toBe('closed');
  });

  it('beyond the minimum still records what later events ask for', () => {
    const driver = new Driver(settings({ window: 0, offset: 30, minimum: 20, maximum: 60 }));
    driver.event(0);
    driver.event(15);
    driver.runTo(90);
    expect(driver.clips).toEqual([{ activation: 1, start: 30, end: 35, reason: 'minimum', id: 'e0' }]);
  });
});

describe('a camera that goes silent', () => {
  it('does not keep the gate open', () => {
    const driver = new Driver(EXAMPLE);
    driver.event(0);
    driver.runTo(10);
    driver.silentTo(24.9);
    expect(driver.state).toBe('open');
    driver.silentTo(30);
    expect(driver.clips).toEqual([{ activation: 1, start: -5, end: 20, reason: 'lost', id: 'e0' }]);
  });

  it('is driven by the deadline alone', () => {
    const gate = new SignalGate(EXAMPLE);
    gate.advance(t(0), t(0));
    gate.signal({ at: t(0.5), id: 'e' }, t(0.5));
    const seen: string[] = [];
    for (let i = 0; gate.deadline !== undefined; i++) {
      expect(i).toBeLessThan(5);
      for (const action of gate.advance(t(0), gate.deadline)) seen.push(action.type);
    }
    expect(seen).toEqual(['open', 'close']);
  });

  it('opens for a start that the media never reached', () => {
    const gate = new SignalGate(settings({ window: 0, offset: 0, minimum: 10, maximum: 20 }));
    gate.advance(t(0), t(0));
    gate.signal({ at: t(3), id: 'hub' }, t(3));
    expect(gate.advance(t(0), t(7.9))).toEqual([]);
    expect(gate.advance(t(0), t(8))).toMatchObject([{ type: 'open', start: t(3) }]);
  });
});

describe('the rest', () => {
  it('once the cap decides the end, nothing can move it any more', () => {
    const driver = new Driver(EXAMPLE);
    for (const at of [0, 15, 25]) driver.event(at);
    driver.runTo(30);
    expect(driver.actions.map(({ type }) => type)).toEqual(['open']);
    expect(driver.event(39)).toBe('covered');
    driver.runTo(60);
    expect(driver.actions.map(({ type }) => type)).toEqual(['open', 'close']);
    expect(driver.actions[1]).toMatchObject({ end: t(40), reason: 'maximum' });
  });

  it('says until when it makes no difference whether there are more events', () => {
    const driver = new Driver(EXAMPLE);
    expect(driver.gate.coversUntil(t(0))).toBeUndefined();
    driver.event(0);
    driver.runTo(3);
    expect(driver.gate.coversUntil(t(-1))).toBeUndefined();
    expect(driver.gate.coversUntil(t(3))).toBe(t(20));
    expect(driver.gate.coversUntil(t(20))).toBe(t(20));
    expect(driver.gate.coversUntil(t(21))).toBeUndefined();
    driver.event(15);
    expect(driver.gate.coversUntil(t(30))).toBe(t(35));
    driver.event(30);
    // The cap.
    expect(driver.gate.coversUntil(t(39))).toBe(t(40));
    expect(driver.gate.coversUntil(t(40))).toBeUndefined();
  });

  it('an event exactly at the end extends; exactly at the cap it opens anew', () => {
    const extended = new Driver(EXAMPLE);
    extended.event(0);
    expect(extended.event(20)).toBe('extended');
    const capped = new Driver(settings({ window: 0, offset: 0, minimum: 20, maximum: 20 }));
    capped.event(0);
    expect(capped.event(20)).toBe('opened');
  });

  it('an event from before the last activation is late even when the gate has closed', () => {
    const driver = new Driver(EXAMPLE);
    driver.runTo(10);
    driver.event(10);
    driver.runTo(40);
    expect(driver.state).toBe('closed');
    expect(driver.event(9, { arrival: 40 })).toBe('late');
    expect(driver.event(29, { arrival: 40 })).toBe('opened');
  });

  it('takes an event from the future as of now', () => {
    const driver = new Driver(EXAMPLE);
    driver.event(1000, { arrival: 0, id: 'bogus' });
    driver.event(1);
    driver.runTo(60);
    expect(driver.clips).toEqual([{ activation: 1, start: -5, end: 21, reason: 'minimum', id: 'bogus' }]);
  });

  it('keeps two activations apart while media lags', () => {
    const driver = new Driver(EXAMPLE);
    driver.event(0);
    driver.runTo(18);
    driver.silentTo(23);
    expect(driver.event(23, { arrival: 23 })).toBe('opened');
    expect(driver.event(15, { arrival: 23.1 })).toBe('extended');
    driver.runTo(80);
    expect(driver.clips.map(({ start, end }) => [start, end])).toEqual([
      [-5, 35],
      [18, 43],
    ]);
  });

  it('a flush records what was asked for so far', () => {
    const driver = new Driver(EXAMPLE);
    driver.event(0);
    driver.runTo(0.5);
    driver.flush();
    expect(driver.clips).toEqual([{ activation: 1, start: -5, end: 0.48, reason: 'flushed', id: 'e0' }]);
    expect(driver.state).toBe('closed');
    expect(driver.gate.deadline).toBeUndefined();
  });

  it('a flush before a delayed start leaves no clip, and says so', () => {
    const driver = new Driver(settings({ window: 0, offset: 5, minimum: 20, maximum: 40 }));
    driver.event(0);
    driver.runTo(2);
    driver.flush();
    expect(driver.actions).toMatchObject([{ type: 'skip', reason: 'flushed' }]);
  });

  it('stays bounded under a flood', () => {
    const gate = new SignalGate(settings({ window: 10, offset: -1, minimum: 10, maximum: 20 }));
    for (let i = 0; i < 50_000; i++) gate.signal({ at: t(5), id: `f${i}` }, t(5));
    gate.signal({ at: t(4), id: 'first' }, t(6));
    expect(gate.advance(t(15), t(15))).toMatchObject([{ type: 'open', start: t(3), signalId: 'first' }]);
  });

  it('says how far the ring must reach', () => {
    expect(requiredSpan(EXAMPLE, 2_000_000)).toBe(8_000_000);
    expect(requiredSpan(settings({ window: 1, offset: 60, minimum: 20, maximum: 40 }))).toBe(0);
  });
});

function permutations<T>(items: T[]): T[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, i) => permutations(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest]));
}
