import { describe, expect, it } from 'vitest';
import { filterKey, matches } from '../../../../engine/events/filter.js';
import { subscribe } from '../../../../engine/events/subscribe.js';
import type { GapRecord } from '../../../../engine/events/types.js';
import { draft, openJournal, publishMany, upTo } from '../../../kit/event-journal.js';

const settle = () => new Promise((resolve) => setTimeout(resolve, 30));

describe('subscribing within the process', () => {
  it('gives every event once and in order, from the past on', async () => {
    const { journal } = openJournal();
    publishMany(journal, 700);
    await journal.flush();
    const seqs: number[] = [];
    const subscription = subscribe(journal, { since: 100 }, ({ seq }) => {
      seqs.push(seq);
    });
    publishMany(journal, 100);
    await journal.flush();
    while (subscription.seq < 800) await settle();
    expect(seqs).toEqual(upTo(800, 101));
    subscription.close();
    publishMany(journal, 1);
    await journal.flush();
    await settle();
    expect(seqs.length).toBe(700);
  });

  it('begins with what is new if nothing else is asked for', async () => {
    const { journal } = openJournal();
    publishMany(journal, 5);
    await journal.flush();
    const seqs: number[] = [];
    subscribe(journal, { type: 'Wanted' }, ({ seq }) => seqs.push(seq));
    publishMany(journal, 2);
    publishMany(journal, 1, { eventType: 'Sluice.Wanted' });
    await journal.flush();
    await settle();
    expect(seqs).toEqual([8]);
  });

  it('can be closed by its handler', async () => {
    const { journal } = openJournal();
    publishMany(journal, 10);
    await journal.flush();
    const seqs: number[] = [];
    const subscription = subscribe(journal, { since: 0 }, ({ seq }) => {
      seqs.push(seq);
      if (seq === 4) subscription.close();
    });
    await settle();
    expect([seqs, subscription.seq]).toEqual([upTo(4), 4]);
  });

  it('shows gaps', async () => {
    const { journal } = openJournal({ segmentEvents: 10, batchEvents: 10, retention: { maxEvents: 20 } });
    publishMany(journal, 100);
    await journal.flush();
    const gaps: GapRecord[] = [];
    const seqs: number[] = [];
    subscribe(journal, { since: 5, onGap: (gap) => gaps.push(gap) }, ({ seq }) => seqs.push(seq));
    await settle();
    expect(gaps).toEqual([{ gap: { from: 6, to: 80, reason: 'retention' } }]);
    expect(seqs).toEqual(upTo(100, 81));
  });
});

describe('filters', () => {
  it('match the type, its last part or a dotted suffix, and nothing else', () => {
    const type = 'Microsoft.VideoAnalyzer.Operational.RecordingStarted';
    const passes = (wanted: string) => matches({ type: wanted }, { eventType: type, pipeline: undefined });
    for (const wanted of [type, 'RecordingStarted', 'Operational.RecordingStarted']) {
      expect(passes(wanted), wanted).toBe(true);
    }
    for (const wanted of ['', 'Started', 'recordingstarted', '.RecordingStarted', 'Operational', `x.${type}`]) {
      expect(passes(wanted), wanted).toBe(false);
    }
  });

  it('need all parts', () => {
    const { eventType } = draft(0);
    const event = { eventType, pipeline: 'p1' };
    expect(matches({}, event)).toBe(true);
    expect(matches({ pipeline: 'p1', type: 'Inference' }, event)).toBe(true);
    expect(matches({ pipeline: 'p2', type: 'Inference' }, event)).toBe(false);
    expect(matches({ pipeline: 'p1', type: 'Other' }, event)).toBe(false);
    expect(matches({ pipeline: 'p1' }, { eventType, pipeline: undefined })).toBe(false);
  });

  it('have a key of their own', () => {
    const keys = [{}, { pipeline: 'a' }, { type: 'a' }, { pipeline: 'a', type: 'b' }, { pipeline: '["a' }].map(
      filterKey,
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});
