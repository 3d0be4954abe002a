import { describe, expect, it } from 'vitest';
import { judgeFollower, judgeHub } from '../../../../../bench/chaos/judge/readers.js';
import { AvaEvent } from '../../../../../engine/events/catalogue.js';
import type { EventRecord } from '../../../../../engine/events/types.js';

const TIME = '2026-01-01T12:00:00.000Z';
const log = (count: number, eventType: string = AvaEvent.RecordingStarted): EventRecord[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ seq: i + 1, id: `id-${i + 1}`, topic: '', subject: '', dataVersion: '1.0', data: {} },
    ...{ eventType, eventTime: TIME },
  }));
const rules = (violations: { rule: string }[]) => violations.map(({ rule }) => rule);

describe('a subscriber of the WebSocket', () => {
  it('has what the log has', () => {
    expect(judgeFollower(log(5), log(5))).toEqual([]);
  });

  it('must not have had an event that is not in the log, or is another there', () => {
    expect(rules(judgeFollower(log(6), log(5)))).toEqual(['reader.different']);
    const other = log(5).map((event) => (event.seq === 3 ? { ...event, id: 'other' } : event));
    expect(rules(judgeFollower(other, log(5)))).toEqual(['reader.different']);
  });

  it('must not stay behind, but for the last words', () => {
    expect(judgeFollower(log(90), log(100))).toEqual([]);
    expect(rules(judgeFollower(log(10), log(100)))).toEqual(['reader.behind']);
  });
});

describe('a subscriber of MQTT', () => {
  const arrived = (...missing: number[]) => new Set([1, 2, 3, 4, 5].filter((seq) => !missing.includes(seq)));

  it('has every event that is published', () => {
    expect(judgeHub({ arrived: arrived(), late: [], upTo: 5 }, log(8), [])).toEqual({
      violations: [],
      lostInBroker: 0,
    });
    expect(rules(judgeHub({ arrived: arrived(3), late: [], upTo: 5 }, log(8), []).violations)).toEqual(['hub.missing']);
    expect(judgeHub({ arrived: arrived(3), late: [], upTo: 5 }, log(8, AvaEvent.Inference), []).violations).toEqual([]);
  });

  it('has them in their order', () => {
    expect(rules(judgeHub({ arrived: arrived(), late: [2], upTo: 5 }, log(5), []).violations)).toEqual(['hub.order']);
  });

  it('may miss what a broker took along when it was killed', () => {
    const hub = { arrived: arrived(3), late: [], upTo: 5 };
    expect(judgeHub(hub, log(5), [Date.parse(TIME) + 500])).toEqual({ violations: [], lostInBroker: 1 });
    expect(judgeHub(hub, log(5), [Date.parse(TIME) + 60_000]).violations).toHaveLength(1);
  });
});
