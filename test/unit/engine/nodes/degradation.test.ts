import { beforeEach, describe, expect, it } from 'vitest';
import { seconds } from '../../../../engine/core/time.js';
import { Degradation } from '../../../../engine/nodes/degradation.js';
import type { NodeContext } from '../../../../engine/nodes/node-context.js';
import { DraftJournal } from '../../../kit/draft-journal.js';
import { FakeClock } from '../../../kit/fake-clock.js';
import { FakeOutlet } from '../../../kit/node-rig.js';

const BLIND = { cause: 'the decoder was lost', records: true };
const RAIN = { cause: 'insensitive', share: 0.6 };

describe('what a detector suffers from', () => {
  let clock: FakeClock;
  let journal: DraftJournal;
  let outlet: FakeOutlet;
  let degradation: Degradation;

  beforeEach(() => {
    clock = new FakeClock();
    journal = new DraftJournal();
    const publish: NodeContext['publish'] = (draft) =>
      journal.publish({ ...draft, subject: '/node', eventTime: draft.eventTime ?? clock.utc() });
    outlet = new FakeOutlet({ publish });
    degradation = new Degradation({ clock, publish }, { events: outlet });
  });

  const told = () => journal.drafts.map(({ eventType, data }) => [eventType.split('.').at(-1), data]);
  /** Ids of the events that gates were signalled about since the last call. */
  const signalled = () => outlet.handedOn.splice(0).map(({ id }) => id);

  it('is told of once when it begins, and once when it ends', () => {
    degradation.begin('insensitive', { ...RAIN, records: false });
    degradation.begin('insensitive', { ...RAIN, records: false });
    expect(degradation.holds('insensitive')).toBe(true);
    degradation.end('insensitive');
    degradation.end('insensitive');
    expect(degradation.holds('insensitive')).toBe(false);
    expect(told()).toEqual([
      ['DetectionDegraded', { state: 'degraded', cause: 'insensitive', share: 0.6, action: 'none' }],
      ['DetectionRestored', { state: 'restored', cause: 'insensitive' }],
    ]);
  });

  it('says nothing of an end without a beginning', () => {
    degradation.end('blind');
    expect(told()).toEqual([]);
  });

  it('signals gates at once and every two seconds while it is to be recorded', () => {
    degradation.begin('blind', BLIND);
    clock.advance(5_000);
    expect(outlet.handedOn.map(({ kind, at, id }) => [kind, at, id])).toEqual([
      ['blind', 0, 'id-1'],
      ['blind', seconds(2), 'id-1'],
      ['blind', seconds(4), 'id-1'],
    ]);
    expect(outlet.handedOn[0]?.data).toEqual(journal.drafts[0]?.data);
    signalled();
    degradation.end('blind');
    clock.advance(10_000);
    expect([signalled(), clock.pendingTimers]).toEqual([[], 0]);
  });

  it('signals nothing that is not to be recorded', () => {
    degradation.begin('insensitive', { ...RAIN, records: false });
    clock.advance(10_000);
    expect([signalled(), clock.pendingTimers]).toEqual([[], 0]);
  });

  it.each([
    [true, true, 'recording everything'],
    [true, false, 'none'],
    [false, true, 'none'],
    [false, false, 'none'],
  ])('to be recorded: %s, with a gate behind: %s: the action is %s', (records, gate, action) => {
    outlet.records = gate;
    degradation.begin('blind', { ...BLIND, records });
    expect(journal.drafts[0]?.data['action']).toBe(action);
  });

  it('has a pair of events for each kind, and signals until both are over', () => {
    degradation.begin('insensitive', { ...RAIN, records: true });
    clock.advance(1_000);
    degradation.begin('blind', BLIND);
    clock.advance(1_000);
    expect(signalled()).toEqual(['id-1', 'id-1']);
    degradation.end('insensitive');
    clock.advance(4_000);
    expect(signalled()).toEqual(['id-2', 'id-2']);
    degradation.end('blind');
    clock.advance(4_000);
    expect([signalled(), clock.pendingTimers]).toEqual([[], 0]);
    expect(told().map(([type, data]) => [type, (data as { cause: string }).cause])).toEqual([
      ['DetectionDegraded', 'insensitive'],
      ['DetectionDegraded', 'the decoder was lost'],
      ['DetectionRestored', 'insensitive'],
      ['DetectionRestored', 'the decoder was lost'],
    ]);
  });

  it('signals about the kind that is to be recorded, whichever began first, and no longer than that', () => {
    degradation.begin('insensitive', { ...RAIN, records: false });
    degradation.begin('blind', BLIND);
    clock.advance(2_000);
    expect(signalled()).toEqual(['id-2', 'id-2']);
    degradation.end('blind');
    clock.advance(10_000);
    expect([signalled(), clock.pendingTimers]).toEqual([[], 0]);
    expect(degradation.holds('insensitive')).toBe(true);
  });

  it('begins anew after it was over', () => {
    degradation.begin('blind', BLIND);
    degradation.end('blind');
    signalled();
    degradation.begin('blind', BLIND);
    expect(signalled()).toEqual(['id-3']);
    clock.advance(2_000);
    expect(signalled()).toEqual(['id-3']);
  });

  it('signals no longer once it has stopped, and says nothing about that', () => {
    degradation.begin('blind', BLIND);
    signalled();
    degradation.stop();
    clock.advance(10_000);
    degradation.end('blind');
    expect([signalled(), clock.pendingTimers]).toEqual([[], 0]);
    expect(told()).toHaveLength(1);
  });
});
