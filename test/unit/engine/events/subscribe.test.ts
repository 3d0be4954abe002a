import { describe, expect, it } from 'vitest';
import { filterKey, matches, typeMatches } from '../../../../engine/events/filter.js';
import { subscribe } from '../../../../engine/events/subscribe.js';
import type { GapRecord } from '../../../../engine/events/types.js';
import { draft, openLog, publishMany, upTo } from '../../../kit/event-journal.js';

const settle = () => new Promise((resolve) => setTimeout(resolve, 30));

describe('subscribing within the process', () => {
  it('gives every event once and in order, from the past on', async () => {
    const { log } = openLog();
    publishMany(log, 700);
    await log.flush();
    const seqs: number[] = [];
    const subscription = subscribe(log, { since: 100 }, ({ seq }) => {
      seqs.push(seq);
    });
    publishMany(log, 100);
    await log.flush();
    while (subscription.seq < 800) await settle();
    expect(seqs).toEqual(upTo(800, 101));
    subscription.close();
    publishMany(log, 1);
    await log.flush();
    await settle();
    expect(seqs.length).toBe(700);
  });

  it('begins with what is new if nothing else is asked for', async () => {
    const { log } = openLog();
    publishMany(log, 5);
    await log.flush();
    const seqs: number[] = [];
    subscribe(log, { type: 'Wanted' }, ({ seq }) => seqs.push(seq));
    publishMany(log, 2);
    publishMany(log, 1, { eventType: 'Sluice.Wanted' });
    await log.flush();
    await settle();
    expect(seqs).toEqual([8]);
  });

  it('can be closed by its handler', async () => {
    const { log } = openLog();
    publishMany(log, 10);
    await log.flush();
    const seqs: number[] = [];
    const subscription = subscribe(log, { since: 0 }, ({ seq }) => {
      seqs.push(seq);
      if (seq === 4) subscription.close();
    });
    await settle();
    expect([seqs, subscription.seq]).toEqual([upTo(4), 4]);
  });

  it('shows gaps', async () => {
    const { log } = openLog({ segmentEvents: 10, batchEvents: 10, retention: { maxEvents: 20 } });
    publishMany(log, 100);
    await log.flush();
    const gaps: GapRecord[] = [];
    const seqs: number[] = [];
    subscribe(log, { since: 5, onGap: (gap) => gaps.push(gap) }, ({ seq }) => seqs.push(seq));
    await settle();
    expect(gaps).toEqual([{ gap: { from: 6, to: 80, reason: 'retention' } }]);
    expect(seqs).toEqual(upTo(100, 81));
  });
});

describe('filters', () => {
  it('match the type, its last part or a dotted suffix, and nothing else', () => {
    const type = 'Microsoft.VideoAnalyzer.Operational.RecordingStarted';
    for (const wanted of [type, 'RecordingStarted', 'Operational.RecordingStarted']) {
      expect(typeMatches(type, wanted), wanted).toBe(true);
    }
    for (const wanted of ['', 'Started', 'recordingstarted', '.RecordingStarted', 'Operational', `x.${type}`]) {
      expect(typeMatches(type, wanted), wanted).toBe(false);
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
