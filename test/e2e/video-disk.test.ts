import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readVideos } from '../../bench/chaos/judge/read-videos.js';
import { MICROS_PER_SECOND, type UtcMicros } from '../../engine/core/time.js';
import { openTestEngine } from '../kit/engine.js';
import { allToVideo, livePipeline } from '../kit/evr.js';
import { mountingRefused, SmallDisk } from '../kit/mounts.js';
import { startCamera } from '../kit/rtsp-camera.js';
import { until } from '../kit/until.js';

const CAMERAS = 4;
const DISK_MIB = 200;
const MIB = 2 ** 20;
/** As the engine leaves 96 MiB free. */
const USABLE_BYTES = (DISK_MIB - 96) * MIB;
/** With less, no segment is begun. */
const LEAST_FREE_BYTES = 64 * MIB;
const ALWAYS = { startUtc: 0 as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };

const refused = mountingRefused();

// The newest minute of these cameras alone is more than the disk has room for.
it.skipIf(refused)(
  `a small disk that four cameras fill several times over keeps what is newest of each (${refused ?? 'mounts'})`,
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sluice-full-'));
    const disk = new SmallDisk(dataDir, DISK_MIB);
    const camera = await startCamera({ scenes: ['busy'], count: CAMERAS, gop: 1, bitrate: 5_000_000 });
    const test = await openTestEngine({ dataDir });
    onTestFinished(async () => {
      await test.close();
      await camera.stop();
      disk.remove();
      rmSync(dataDir, { recursive: true, force: true });
    });
    const { engine } = test;
    engine.topologies.set(allToVideo());
    const names = camera.urls.map((_, index) => `camera ${index + 1}`);
    for (const [index, rtspUrl] of camera.urls.entries()) {
      engine.pipelines.set(livePipeline(`p${index + 1}`, 'AllToVideo', { rtspUrl, video: names[index]! }));
      await engine.pipelines.activate(`p${index + 1}`);
    }
    const segmentsOf = (name: string) => engine.archive.segments.between(name, ALWAYS);
    const removed = () => test.named('RecordingDeleted').reduce((sum, { data }) => sum + Number(data['bytes']), 0);
    const seen = new Set<string>();
    let leastFree = Number.POSITIVE_INFINITY;
    await until(
      'what has been removed to be twice what fits',
      () => {
        leastFree = Math.min(leastFree, disk.freeBytes);
        for (const name of names) for (const { path } of segmentsOf(name)) seen.add(path);
        return removed() > 2 * USABLE_BYTES;
      },
      400_000,
    );
    await engine.pipelines.deactivate('p1');
    for (const name of ['p2', 'p3', 'p4']) await engine.pipelines.deactivate(name);
    await test.settled();
    for (const name of names) for (const { path } of segmentsOf(name)) seen.add(path);

    expect(leastFree).toBeGreaterThan(LEAST_FREE_BYTES);
    for (const trouble of ['StorageError', 'DataDropped', 'RuntimeError', 'EventsLost'])
      expect(test.named(trouble), trouble).toEqual([]);
    // Each removal is told of, once.
    const kept = names.flatMap((name) => segmentsOf(name));
    const deleted = test.named('RecordingDeleted');
    expect(deleted).toHaveLength(seen.size - kept.length);
    expect(new Set(deleted.map(({ data }) => data['reason']))).toEqual(new Set(['minimumFree']));
    for (const name of names)
      expect(deleted.filter(({ data }) => data['outputLocation'] === name).length, name).toBeGreaterThan(2);
    // All keep the same time, up to a segment, and the newest: each is recorded up to the end.
    const oldest = names.map((name) => segmentsOf(name)[0]!.startUtc);
    expect(Math.max(...oldest) - Math.min(...oldest)).toBeLessThanOrEqual(31 * MICROS_PER_SECOND);
    const ends = names.map((name) => segmentsOf(name).at(-1)!.endUtc!);
    expect(Math.max(...ends) - Math.min(...ends)).toBeLessThan(10 * MICROS_PER_SECOND);
    for (const name of names) {
      const segments = segmentsOf(name);
      for (const [index, { startUtc }] of segments.entries())
        if (index > 0) expect(Math.abs(startUtc - segments[index - 1]!.endUtc!)).toBeLessThan(MICROS_PER_SECOND / 10);
    }
    await test.close();
    expect((await readVideos(dataDir)).violations).toEqual([]);
  },
  600_000,
);
