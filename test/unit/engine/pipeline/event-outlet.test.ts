import { describe, expect, it } from 'vitest';
import type { MediaTime, UtcMicros } from '../../../../engine/core/time.js';
import type { EventIntake, MadeEvent, NodeEvent } from '../../../../engine/nodes/links.js';
import type { NodeEventDraft } from '../../../../engine/nodes/node-context.js';
import { Outlet } from '../../../../engine/pipeline/event-outlet.js';

const EVENT: MadeEvent = {
  kind: 'inference',
  at: 5 as MediaTime,
  eventType: 'Test.Event',
  eventTime: 7 as UtcMicros,
  data: { found: 1 },
};

class Rig {
  readonly intakes: EventIntake[] = [];
  readonly published: NodeEventDraft[] = [];
  readonly taken: Array<{ by: string; event: NodeEvent }> = [];
  readonly outlet = new Outlet({ publish: (draft) => `id-${this.published.push(draft)}` }, () => this.intakes);

  behind(by: string, options: Omit<EventIntake, 'take'> = {}): void {
    this.intakes.push({ take: (event) => this.taken.push({ by, event }), ...options });
  }
}

describe('an outlet of events', () => {
  it('publishes once without an output, with nobody behind', () => {
    const rig = new Rig();
    expect(rig.outlet.emit(EVENT)).toBe('id-1');
    expect(rig.published).toEqual([{ eventType: 'Test.Event', eventTime: 7, data: { found: 1 } }]);
  });

  it('publishes once for each output, and gives the first id to those behind', () => {
    const rig = new Rig();
    rig.behind('gate', { records: true });
    rig.behind('one', { hubOutput: 'out1' });
    rig.behind('two', { hubOutput: 'out2' });
    expect(rig.outlet.emit(EVENT)).toBe('id-1');
    expect(rig.published.map(({ output }) => output)).toEqual(['out1', 'out2']);
    const event = { kind: 'inference', at: 5, id: 'id-1', data: { found: 1 } };
    expect(rig.taken).toEqual(['gate', 'one', 'two'].map((by) => ({ by, event })));
  });

  it('has published an event before anybody behind can answer it', () => {
    const rig = new Rig();
    let known = 0;
    rig.intakes.push({
      take: () => {
        known = rig.published.length;
      },
    });
    rig.behind('one', { hubOutput: 'out1' });
    rig.behind('two', { hubOutput: 'out2' });
    rig.outlet.emit(EVENT);
    expect(known).toBe(2);
  });

  it('spares events only as far as all behind can do without them', () => {
    const rig = new Rig();
    const until = (time: number) => ({ coversUntil: (at: MediaTime) => (at + time) as MediaTime });
    expect(rig.outlet.coversUntil(5 as MediaTime)).toBeUndefined();
    rig.behind('gate', until(20));
    rig.behind('another', until(10));
    expect(rig.outlet.coversUntil(5 as MediaTime)).toBe(15);
    rig.behind('one who counts them');
    expect(rig.outlet.coversUntil(5 as MediaTime)).toBeUndefined();
  });

  it('hands on what has been published, without publishing it again', () => {
    const rig = new Rig();
    rig.behind('gate');
    const event = { kind: 'blind', at: 5 as MediaTime, id: 'known', data: {} } as const;
    rig.outlet.handOn(event);
    expect(rig.published).toEqual([]);
    expect(rig.taken).toEqual([{ by: 'gate', event }]);
  });

  it('knows whether events are recorded, also of nodes that are built later', () => {
    const rig = new Rig();
    rig.behind('sink', { hubOutput: 'out' });
    expect(rig.outlet.records).toBe(false);
    rig.behind('gate', { records: true });
    expect(rig.outlet.records).toBe(true);
  });
});
