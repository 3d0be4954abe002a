import { existsSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ArchiveRetention } from '../../../../engine/archive/retention.js';
import { silentLogger } from '../../../../engine/core/log.js';
import { seconds, toIso, type UtcMicros } from '../../../../engine/core/time.js';
import { ArchiveRig, START } from '../../../kit/archive-rig.js';

const DAY = seconds(86_400);
const at = (micros: number) => (START + micros) as UtcMicros;

/** Six segments a minute apart, of two cameras in turn. */
const filled = () => {
  const rig = new ArchiveRig();
  const videos = [rig.video('a'), rig.video('b')];
  const paths = [0, 1, 2, 3, 4, 5].map((minute) => rig.segment(videos[minute % 2]!, seconds(60 * minute)));
  const exists = () => paths.map((path) => existsSync(join(rig.folder, 'videos', path)));
  return { rig, videos, paths, exists };
};

it('removes what is older than the retention period of its video, and tells it', () => {
  const rig = new ArchiveRig();
  const short = rig.video('short', 2 * DAY);
  const long = rig.video('long');
  const old = rig.segment(short, -3 * DAY);
  const [edge, kept] = [rig.segment(short, -2 * DAY - seconds(2)), rig.segment(long, -300 * DAY)];
  rig.archive.retention.removeOld();
  expect(rig.paths('short')).toEqual([edge]);
  expect(rig.paths('long')).toEqual([kept]);
  expect(existsSync(join(rig.folder, 'videos', old))).toBe(false);
  expect(rig.journal.named('RecordingDeleted').map(({ data }) => data)).toEqual([
    {
      ...{ outputType: 'video', outputLocation: 'short', bytes: 1000, reason: 'retentionPeriod' },
      startTime: toIso(at(-3 * DAY)),
      endTime: toIso(at(-3 * DAY + seconds(4))),
    },
  ]);
});

it('removes the oldest of all cameras to stay within the size, and never the newest of one', () => {
  const { rig, exists } = filled();
  rig.archive.retention.makeRoom({ maximumSize: 3500, minimumFree: 0 });
  expect(exists()).toEqual([false, false, false, true, true, true]);
  rig.archive.retention.makeRoom({ maximumSize: 0, minimumFree: 0 });
  expect(exists()).toEqual([false, false, false, false, true, true]);
  expect(rig.journal.named('RecordingDeleted')).toHaveLength(4);
});

it('removes until enough of the disk is free; of a small disk a quarter', () => {
  const { rig, exists } = filled();
  const MIB = 2 ** 20;
  const { media, segments: index, recordings, protection, previews } = rig.archive;
  const disk = { total: 1000 * MIB };
  const free = () => (200 + 40 * exists().filter((each) => !each).length) * MIB;
  const retention = new ArchiveRetention({
    ...{ media, index, recordings, protection, previews, events: rig.journal, clock: rig.clock, log: silentLogger() },
    disk: () => ({ ...disk, free: free() }),
  });
  retention.makeRoom({ maximumSize: Number.MAX_SAFE_INTEGER, minimumFree: 2 ** 40 });
  expect(exists()).toEqual([false, false, true, true, true, true]);
  retention.makeRoom({ maximumSize: Number.MAX_SAFE_INTEGER, minimumFree: 96 * MIB });
  expect(exists()).toEqual([false, false, true, true, true, true]);
});

it('removes of the newest minute only what recording cannot go on without, oldest first', () => {
  const { rig, exists } = filled();
  const MIB = 2 ** 20;
  const { media, segments: index, recordings, protection, previews } = rig.archive;
  const free = () => (exists().filter((each) => !each).length * 16 + 20) * MIB;
  const retention = new ArchiveRetention({
    ...{ media, index, recordings, protection, previews, events: rig.journal, clock: rig.clock, log: silentLogger() },
    disk: () => ({ total: 1000 * MIB, free: free() }),
  });
  retention.makeRoom({ maximumSize: Number.MAX_SAFE_INTEGER, minimumFree: 0 });
  // With four gone, that are not of a newest minute, there are 84 MiB; with the older of the others 100.
  expect(exists()).toEqual([false, false, false, false, false, true]);
  expect(rig.journal.named('RecordingDeleted').map(({ data }) => data['reason'])).toEqual(
    Array.from({ length: 5 }, () => 'minimumFree'),
  );
});

it('leaves what is protected or being written, until somebody asks', () => {
  const { rig, exists } = filled();
  const { archive } = rig;
  archive.protection.add('a', { startUtc: at(seconds(121)), endUtc: at(seconds(122)) }, 'break-in');
  archive.retention.makeRoom({ maximumSize: 0, minimumFree: 0 });
  expect(exists()).toEqual([false, false, true, false, true, true]);
  expect(archive.retention.remove('a', at(0), at(seconds(130)))).toBe(1000);
  expect(exists()).toEqual([false, false, false, false, true, true]);
  const [range] = archive.protection.all('a');
  expect(range).toMatchObject({ video: 'a', note: 'break-in', startUtc: at(seconds(121)) });
  expect(archive.protection.remove('b', range!.id)).toBe(false);
  expect(archive.protection.remove('a', range!.id)).toBe(true);
});

it('forgets what others have deleted, when its turn comes', () => {
  const { rig, paths, exists } = filled();
  unlinkSync(join(rig.folder, 'videos', paths[0]!));
  rig.archive.retention.makeRoom({ maximumSize: 4500, minimumFree: 0 });
  expect(exists()).toEqual([false, false, true, true, true, true]);
  expect(rig.paths('a')).toEqual([paths[2], paths[4]]);
});
