import { describe, expect, it } from 'vitest';
import { EventMatcher } from '../../../../engine/events/filter.js';
import type { EventFilter } from '../../../../engine/events/types.js';

const TYPE = 'Microsoft.VideoAnalyzer.Operational.RecordingStarted';
const passes = (filter: EventFilter, pipeline?: string, eventType = TYPE) =>
  new EventMatcher(filter).matches({ eventType, pipeline });

describe('filters', () => {
  it('match the type, its last part or a dotted suffix, and nothing else', () => {
    for (const type of [TYPE, 'RecordingStarted', 'Operational.RecordingStarted']) {
      expect(passes({ type }), type).toBe(true);
    }
    for (const type of ['', 'Started', 'recordingstarted', '.RecordingStarted', 'Operational', `x.${TYPE}`]) {
      expect(passes({ type }), type).toBe(false);
    }
  });

  it('match what goes on behind the parts in front of a star', () => {
    for (const type of ['*', 'Microsoft.*', 'Microsoft.VideoAnalyzer.*', 'VideoAnalyzer.*', 'Operational.*']) {
      expect(passes({ type }), type).toBe(true);
    }
    for (const type of [
      '.*',
      'Micro*',
      'Micro.*',
      'RecordingStarted.*',
      `${TYPE}.*`,
      'Diagnostics.*',
      'perational.*',
    ]) {
      expect(passes({ type }), type).toBe(false);
    }
  });

  it('take any of what they list, and need all parts', () => {
    const filter = { pipeline: ['p1', 'p3'], type: ['Inference', 'Operational.*'] };
    expect([passes(filter, 'p1'), passes(filter, 'p3'), passes(filter, 'p2'), passes(filter)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(passes(filter, 'p1', 'Microsoft.VideoAnalyzer.Diagnostics.NetworkError')).toBe(false);
    expect(passes({})).toBe(true);
    expect(passes({ pipeline: [], type: [] })).toBe(true);
    expect(passes({ pipeline: 'p1' })).toBe(false);
  });

  it('have the same key exactly if they let the same through', () => {
    const filters: EventFilter[] = [
      {},
      { pipeline: 'a' },
      { type: 'a' },
      { pipeline: 'a', type: 'b' },
      { pipeline: '["a' },
      { pipeline: ['a', 'b'] },
    ];
    expect(new Set(filters.map((filter) => new EventMatcher(filter).key)).size).toBe(filters.length);
    const same: EventFilter[] = [{ type: ['a', 'b'] }, { type: ['b', 'a', 'b'], pipeline: [] }];
    expect(new Set(same.map((filter) => new EventMatcher(filter).key)).size).toBe(1);
  });

  it('remember many types without keeping all', () => {
    const matcher = new EventMatcher({ type: 'Even' });
    for (let n = 0; n < 5000; n++) {
      const eventType = `T${n}.${n % 2 === 0 ? 'Even' : 'Odd'}`;
      expect(matcher.matches({ eventType, pipeline: undefined })).toBe(n % 2 === 0);
    }
  });
});
