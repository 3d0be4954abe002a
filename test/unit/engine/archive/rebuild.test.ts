import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Segment } from '../../../../engine/archive/archive-index.js';
import { seconds, toIso, type UtcMicros } from '../../../../engine/core/time.js';
import { ArchiveRig, START } from '../../../kit/archive-rig.js';

const ALWAYS = { startUtc: 0 as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };

const facts = ({ path, state, continues, keyed, startUtc, endUtc, pictures }: Segment) => ({
  ...{ path, state, continues, keyed, pictures },
  from: (startUtc - START) / seconds(1),
  until: (endUtc! - START) / seconds(1),
});

it('gives every segment on the disk a row when the database is lost', () => {
  const rig = new ArchiveRig();
  const video = rig.video('Front door', seconds(86_400));
  const paths = [
    rig.file(video, 0, { seconds: 4 }),
    rig.file(video, seconds(4), { seconds: 3, unkeyed: true, sound: true }),
    rig.file(video, seconds(60), { seconds: 2 }, 30),
    rig.file(video, seconds(86_400), { seconds: 2 }),
  ];
  const empty = rig.file(video, seconds(90), { seconds: 0 });
  writeFileSync(join(rig.folder, 'videos', video.folder, '2026-01-02', 'notes.txt'), 'mine');
  const archive = rig.opened();
  archive.sweep({ rebuild: true });
  expect(archive.segments.videos()).toEqual([video]);
  expect(archive.segments.between('Front door', ALWAYS).map(facts)).toEqual([
    { path: paths[0], state: 'recovered', continues: false, keyed: true, pictures: 100, from: 0, until: 4 },
    { path: paths[1], state: 'recovered', continues: true, keyed: false, pictures: 75, from: 4, until: 7 },
    { path: paths[2], state: 'recovered', continues: false, keyed: true, pictures: 25, from: 60, until: 61 },
    { path: paths[3], state: 'recovered', continues: false, keyed: true, pictures: 50, from: 86_400, until: 86_402 },
  ]);
  expect(statSync(join(rig.folder, 'videos', empty)).size).toBeGreaterThan(0);
  // Once more, it finds nothing new.
  archive.sweep({ rebuild: true });
  expect(archive.segments.between('Front door', ALWAYS)).toHaveLength(4);
});

it('goes on with what an interrupted start has not found, and knows what follows what', () => {
  const rig = new ArchiveRig();
  const video = rig.video('door');
  rig.file(video, 0, { seconds: 4 });
  rig.archive.sweep({ rebuild: true });
  rig.file(video, seconds(4), { seconds: 4, unkeyed: true });
  rig.again().sweep();
  expect(rig.paths('door')).toHaveLength(1);
  rig.archive.oweRebuild();
  const next = rig.again();
  next.sweep();
  expect(next.segments.between('door', ALWAYS).map(({ continues }) => continues)).toEqual([false, true]);
  rig.file(video, seconds(8), { seconds: 4 });
  rig.again().sweep();
  expect(rig.paths('door')).toHaveLength(2);
});

it('settles what was left open, and closes the stories of its recordings', () => {
  const rig = new ArchiveRig();
  const video = rig.video('door');
  const { archive } = rig;
  const sink = { pipeline: 'p1', sink: 'videoSink' };
  const begin = (path: string, startUtc: UtcMicros) =>
    archive.segments.begin({ video: 'door', path, ...sink, continues: false, keyed: true, startUtc });
  const torn = rig.file(video, 0, { seconds: 4 }, 40);
  begin(torn, START);
  const gone = 'door/2026-01-02/20260102T030100.000000Z.mp4';
  begin(gone, (START + seconds(60)) as UtcMicros);
  archive.book.begin({ ...sink, video: 'door' }, 'cause', START, { requested: 0, actual: 0, truncated: false });
  archive.book.begin({ ...sink, video: 'door' }, 'later', (START + seconds(60)) as UtcMicros, null);
  rig.journal.told();
  archive.sweep();
  expect(archive.segments.between('door', ALWAYS).map(facts)).toEqual([
    { path: torn, state: 'recovered', continues: false, keyed: true, pictures: 75, from: 0, until: 3 },
  ]);
  const [segment] = archive.segments.between('door', ALWAYS);
  expect(readFileSync(join(rig.folder, 'videos', torn)).length).toBe(segment!.bytes);
  expect(rig.journal.told()).toEqual([
    ...['RecordingStopped', 'RecordingAvailable', 'RecordingRecovered'],
    ...['RecordingStopped', 'RecordingRecovered'],
  ]);
  expect(rig.journal.named('RecordingAvailable')[0]!.data).toMatchObject({
    ...{ outputLocation: 'door', duration: 3, incomplete: true },
  });
  expect(archive.recordings.open()).toEqual([]);
});

it('does not tell again that a recording has ended, and leaves what came later to others', () => {
  const rig = new ArchiveRig();
  const video = rig.video('door');
  const { archive } = rig;
  const sink = { pipeline: 'p1', sink: 'videoSink' };
  const path = rig.file(video, 0, { seconds: 4 });
  archive.segments.begin({ video: 'door', path, ...sink, continues: false, keyed: true, startUtc: START });
  const preRoll = { requested: 0, actual: 0, truncated: false };
  const recording = archive.book.begin({ ...sink, video: 'door' }, 'cause', START, preRoll);
  const end = (START + seconds(2)) as UtcMicros;
  archive.book.stopped(recording, end, 'maximum');
  rig.journal.told();
  archive.sweep();
  expect(rig.journal.told()).toEqual(['RecordingAvailable', 'RecordingRecovered']);
  expect(rig.journal.named('RecordingAvailable')[0]!.data).toMatchObject({ duration: 2, endTime: toIso(end) });
  expect(archive.recordings.open()).toEqual([]);
});
