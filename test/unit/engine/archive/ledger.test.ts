import { appendFileSync, existsSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { Archive } from '../../../../engine/archive/archive.js';
import { LEDGER_FILE } from '../../../../engine/archive/ledger-lines.js';
import { verifyVideos } from '../../../../engine/archive/verify.js';
import { seconds, type UtcMicros } from '../../../../engine/core/time.js';
import { ArchiveRig, START } from '../../../kit/archive-rig.js';
import { segmentFile } from '../../../kit/segment-file.js';

const DAY_MS = 86_400_000;
const at = (after: number): UtcMicros => (START + seconds(after)) as UtcMicros;
const ALWAYS = { startUtc: 0 as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };
const sink = { pipeline: 'p1', sink: 'videoSink' };

/** A recording of 10 s whose segment was finished as a recorder does. */
const recorded = (rig: ArchiveRig, from: number, correlationId = ''): string => {
  const { archive } = rig;
  const video = archive.segments.video('yard') ?? rig.video('yard', seconds(86_400));
  const segment = archive.shelf.begin({ video, ...sink, continues: false, keyed: true, startUtc: at(from) });
  const open = archive.book.begin({ ...sink, video: 'yard' }, correlationId, at(from), null);
  writeFileSync(segment.location, segmentFile({ seconds: 10 }));
  archive.shelf.finished(segment, archive.shelf.facts(segment)!);
  archive.book.available(open, at(from + 10), false);
  return String(open.id);
};

const ledgerOf = (rig: ArchiveRig): string => join(rig.folder, 'videos', 'yard', '2026-01-02', LEDGER_FILE);
const rows = (archive: Archive) =>
  archive.segments
    .between('yard', { startUtc: START, endUtc: at(9999) })
    .map(({ path, checksums, pipeline, sink: name }) => ({ path, checksums: checksums?.length, pipeline, sink: name }));

it('brings recordings back when the database is lost: causes, what was seen and what is protected', async () => {
  const rig = new ArchiveRig();
  const cause = rig.journal.publish({
    ...{ eventType: 'Sluice.Operational.InputReceived', subject: '/livePipelines/p1/sources/message' },
    ...{ eventTime: START, data: { hubInputName: 'door' } },
  });
  const ids = [0, 60, 120].map((from) => recorded(rig, from, cause));
  const { archive } = rig;
  archive.people.markSeen('yard', ids[0]!);
  archive.people.protect('yard', ids[1]!);
  archive.people.protect('yard', ids[2]!);
  archive.people.unprotect('yard', ids[2]!);
  await archive.settled();
  const before = { people: archive.people.list('yard').value, segments: rows(archive) };
  expect(before.segments).toHaveLength(3);
  expect(before.segments[0]).toMatchObject({ checksums: 4, pipeline: 'p1' });
  const found = rig.opened();
  found.sweep({ rebuild: true });
  expect({ people: found.people.list('yard').value, segments: rows(found) }).toEqual(before);
  expect(before.people.map((each) => [each.seen, each.protected, each.cause !== undefined])).toEqual([
    [true, false, true],
    [false, true, true],
    [false, false, true],
  ]);
  // Once more, nothing is new.
  found.sweep({ rebuild: true });
  expect(found.people.list('yard').value).toEqual(before.people);
  expect(found.protection.all('yard')).toHaveLength(1);
  rig.clock.advance(3 * DAY_MS);
  found.retention.removeOld();
  expect(rows(found)).toMatchObject([before.segments[1]]);
  expect(found.people.list('yard').value.map(({ id }) => id)).toContain(ids[1]);
});

it('settles a recording that went on when the engine died and its database was lost', async () => {
  const rig = new ArchiveRig();
  recorded(rig, 0);
  const open = rig.archive.book.begin({ ...sink, video: 'yard' }, '', at(2), null);
  rig.archive.people.protect('yard', String(open.id));
  await rig.archive.settled();
  rig.journal.told();
  const found = rig.opened();
  found.sweep({ rebuild: true });
  expect(rig.journal.told()).toEqual(['RecordingStopped', 'RecordingAvailable', 'RecordingRecovered']);
  expect(found.people.get('yard', String(open.id))).toMatchObject({ open: false, protected: true });
  // It keeps what there is of it, and not what comes later.
  expect(found.protection.all('yard')).toMatchObject([{ startUtc: at(2), endUtc: at(10) }]);
});

it('protects again what a database that has forgotten does not protect, under another id if that is taken', async () => {
  const rig = new ArchiveRig();
  const id = recorded(rig, 0);
  rig.archive.people.protect('yard', id);
  await rig.archive.settled();
  const found = rig.opened();
  const video = rig.video('cellar');
  found.segments.putVideo(video);
  const other = found.book.begin({ ...sink, video: 'cellar' }, '', START, null);
  expect(String(other.id)).toBe(id);
  found.rebuild();
  const [restored] = found.people.list('yard').value;
  expect(restored).toMatchObject({ protected: true });
  expect(restored!.id).not.toBe(id);
  found.people.unprotect('yard', restored!.id);
  found.rebuild();
  expect(found.people.list('yard').value).toHaveLength(1);
});

it('passes over what a crash has torn off, forgets what has no media, and does not trouble verify', async () => {
  const rig = new ArchiveRig();
  recorded(rig, 0);
  await rig.archive.settled();
  appendFileSync(ledgerOf(rig), '\n{"recording":9,"pipel');
  recorded(rig, 60);
  rig.archive.book.begin({ ...sink, video: 'yard' }, 'nothing came of it', at(5000), null);
  await rig.archive.settled();
  const found = rig.opened();
  found.sweep({ rebuild: true });
  expect(found.people.list('yard').value.filter(({ correlationId }) => correlationId === undefined)).toHaveLength(2);
  const problems: string[] = [];
  verifyVideos(found.media.root, found.segments, ({ file }) => problems.push(file));
  expect(problems.filter((file) => file.endsWith('.jsonl'))).toEqual([]);
});

it('keeps of the checksums of a file that has become shorter what holds for the rest', async () => {
  const rig = new ArchiveRig();
  const video = rig.video('yard');
  const path = rig.file(video, 0, { seconds: 10, size: 20_000 });
  const row = { video: 'yard', path, ...sink, continues: false, keyed: true, startUtc: START };
  rig.archive.segments.begin(row);
  rig.archive.sweep();
  await rig.archive.settled();
  expect(rows(rig.archive)).toMatchObject([{ checksums: 20 }]);
  truncateSync(rig.archive.media.absolute(path), 3_000_000);
  const found = rig.opened();
  found.sweep({ rebuild: true });
  expect(rows(found)).toMatchObject([{ checksums: 8 }]);
});

it("goes with the last of its day's media", async () => {
  const rig = new ArchiveRig();
  recorded(rig, 0);
  await rig.archive.settled();
  const folder = dirname(ledgerOf(rig));
  writeFileSync(join(folder, 'metadata-03.jsonl'), '{}\n');
  expect(existsSync(ledgerOf(rig))).toBe(true);
  rig.clock.advance(3 * DAY_MS);
  rig.archive.retention.removeOld();
  expect(rig.archive.segments.between('yard', ALWAYS).length).toBe(0);
  expect(existsSync(folder)).toBe(false);
});
