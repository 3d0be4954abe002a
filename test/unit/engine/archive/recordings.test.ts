import { describe, expect, it } from 'vitest';
import { seconds, type UtcMicros } from '../../../../engine/core/time.js';
import { ArchiveRig, START } from '../../../kit/archive-rig.js';
import { thrownCode } from '../../../kit/error-code.js';

const at = (after: number): UtcMicros => (START + seconds(after)) as UtcMicros;
const sink = { video: 'yard', pipeline: 'p1', sink: 'videoSink' };
const removed = (rig: ArchiveRig) => rig.journal.named('RecordingDeleted').length;

/** A recording of 10 s with its media. */
const recorded = (rig: ArchiveRig, from: number, correlationId = '') => {
  rig.segment(rig.archive.segments.video('yard') ?? rig.video('yard'), seconds(from), { seconds: 10 });
  const open = rig.archive.book.begin(sink, correlationId, at(from), null);
  rig.archive.book.available(open, at(from + 10), false);
  return String(open.id);
};

describe('the recordings of a video', () => {
  it('are listed with what asked for them, page by page and by time', () => {
    const rig = new ArchiveRig();
    const { people } = rig.archive;
    const cause = rig.journal.publish({
      ...{ eventType: 'Sluice.Operational.InputReceived', subject: '/livePipelines/p1/sources/message' },
      ...{ eventTime: START, data: { hubInputName: 'door' } },
    });
    const ids = [0, 60, 120].map((from) => recorded(rig, from, cause));
    const { value } = people.list('yard');
    expect(value.map(({ id }) => id)).toEqual(ids);
    expect(value[0]).toEqual({
      ...{ id: ids[0], start: '2026-01-02T03:00:00.000Z', end: '2026-01-02T03:00:10.000Z', open: false },
      ...{ pipeline: 'p1', sink: 'videoSink', correlationId: cause, seen: false, protected: false },
      cause: { eventType: 'Sluice.Operational.InputReceived', subject: '/livePipelines/p1/sources/message' },
    });
    const first = people.list('yard', { limit: 2 });
    const rest = people.list('yard', { limit: 2, continuationToken: first['@continuationToken'] });
    expect([...first.value, ...rest.value].map(({ id }) => id)).toEqual(ids);
    expect(rest['@continuationToken']).toBeUndefined();
    const range = { startUtc: at(65), endUtc: at(119) };
    expect(people.list('yard', { range }).value.map(({ id }) => id)).toEqual([ids[1]]);
    expect(thrownCode(() => people.list('cellar'))).toBe('VideoNotFound');
    expect(thrownCode(() => people.get('cellar', ids[0]!))).toBe('RecordingNotFound');
    expect(thrownCode(() => people.get('yard', '77'))).toBe('RecordingNotFound');
  });

  it('are seen', () => {
    const rig = new ArchiveRig();
    const id = recorded(rig, 0);
    rig.archive.people.markSeen('yard', id);
    expect(rig.archive.people.get('yard', id).seen).toBe(true);
  });

  it('keep their media while they are protected', () => {
    const rig = new ArchiveRig();
    rig.video('yard', seconds(86_400));
    const [a, b] = [0, 60].map((from) => recorded(rig, from));
    rig.archive.people.protect('yard', a!);
    rig.archive.people.protect('yard', a!);
    expect(rig.archive.people.get('yard', a!).protected).toBe(true);
    rig.clock.advance(3 * 86_400_000);
    rig.archive.retention.removeOld();
    expect(rig.archive.people.list('yard').value.map(({ id }) => id)).toEqual([a, b]);
    expect(rig.paths('yard')).toHaveLength(1);
    rig.archive.people.unprotect('yard', a!);
    expect(rig.archive.protection.all('yard')).toEqual([]);
    rig.archive.retention.removeOld();
    expect(rig.paths('yard')).toEqual([]);
    expect(removed(rig)).toBe(2);
  });

  it('that go on can be protected: when they end, what follows is not', () => {
    const rig = new ArchiveRig();
    rig.segment(rig.video('yard'), 0, { seconds: 10 });
    const { people, book, protection } = rig.archive;
    const open = book.begin(sink, '', at(0), null);
    people.protect('yard', String(open.id));
    expect(people.get('yard', String(open.id))).toMatchObject({ open: true, protected: true });
    expect(protection.covers({ video: 'yard', startUtc: at(500), endUtc: at(510) })).toBe(true);
    book.available(open, at(10), false);
    expect(protection.covers({ video: 'yard', startUtc: at(5), endUtc: at(15) })).toBe(true);
    expect(protection.covers({ video: 'yard', startUtc: at(500), endUtc: at(510) })).toBe(false);
  });
});
