import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../engine/index.js';
import { isNamed, of, openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles } from '../kit/evr.js';
import { judgeClip } from '../kit/judge-clip.js';
import { mountingRefused, SmallDisk } from '../kit/mounts.js';
import { pause } from '../kit/pauses.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';

const refused = mountingRefused();

describe('disks and folders in trouble', () => {
  const disks: SmallDisk[] = [];
  let dataDir: string;
  let test: TestEngine | undefined;
  let camera: TestCamera;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'sluice-disk-'));
    camera = await startCamera({ scenes: ['quiet'], count: 2, gop: 1 });
  });

  afterEach(async () => {
    await test?.close();
    test = undefined;
    await camera.stop();
    for (const disk of disks.splice(0).reverse()) disk.remove();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const mountAt = (path: string, mebibytes: number): SmallDisk => {
    const disk = new SmallDisk(path, mebibytes);
    disks.push(disk);
    return disk;
  };

  /** A pipeline that records for an hour once its input has a message. */
  const prepare = async (name: string, index: number, baseDirectoryPath: string): Promise<void> => {
    const { engine } = test as TestEngine;
    const topology = messageToFiles({ name: `To-${name}`, minimum: 'PT1H', maximum: 'PT1H', baseDirectoryPath });
    engine.topologies.set(topology);
    engine.pipelines.set(
      livePipeline(name, topology.name, { rtspUrl: String(camera.urls[index]), input: `go-${name}` }),
    );
    await engine.pipelines.activate(name);
    await test?.until((events) => events.some((event) => of(name)(event) && isNamed(event, 'MediaSessionEstablished')));
  };

  const count = (pipeline: string, name: string) =>
    test?.events.filter((event) => of(pipeline)(event) && isNamed(event, name)).length ?? 0;
  const heard = (pipeline: string, name: string, times = 1) =>
    test?.until(() => count(pipeline, name) >= times, 20_000);
  const clipsOf = (pipeline: string) =>
    (test?.events ?? [])
      .filter((event) => of(pipeline)(event) && isNamed(event, 'RecordingAvailable'))
      .map((event) => String(event.data['outputLocation']));

  const expectGapless = (): void => {
    const seqs = test?.events.map((event) => event.seq) ?? [];
    expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
  };

  const expectOneWholeClip = async (pipeline: string): Promise<void> => {
    const clips = clipsOf(pipeline);
    expect(clips).toHaveLength(1);
    const clip = await judgeClip(String(clips[0]));
    const gaps = clip.times.slice(1).map((time, index) => time - (clip.times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(0.061);
    expect(clip.complaints).toBe('');
  };

  it.skipIf(refused)(
    `a sink's disk that runs full stops that sink alone, until there is room (${refused ?? 'mounts'})`,
    async () => {
      const disk = mountAt(join(dataDir, 'media/small'), 80);
      test = await openTestEngine({ dataDir });
      await prepare('full', 0, '/small');
      await prepare('kept', 1, '/large');
      await pause(1_200);
      test.engine.deliver('go-full', null);
      test.engine.deliver('go-kept', null);
      await heard('full', 'RecordingStarted');
      await pause(2_000);
      disk.fill();
      await heard('full', 'StorageError');
      await pause(4_000);
      const while_ = count('full', 'RecordingStarted');
      disk.free();
      await test.until(() => count('full', 'RecordingStarted') > while_, 10_000);
      await pause(1_500);
      await test.engine.pipelines.deactivate('full');
      await test.engine.pipelines.deactivate('kept');
      await test.engine.journal.flush();
      await pause(50);

      const errors = test.events.filter((event) => isNamed(event, 'StorageError'));
      expect(errors.every(of('full'))).toBe(true);
      expect(errors.some(({ data }) => /space|free/i.test(String(data['message'])))).toBe(true);
      // What was written before is kept, and plays.
      const clips = clipsOf('full');
      expect(clips.length).toBeGreaterThanOrEqual(2);
      for (const clip of clips) expect((await judgeClip(clip)).frames).toBeGreaterThan(12);
      expect(count('full', 'RecordingStopped')).toBe(count('full', 'RecordingStarted'));
      await expectOneWholeClip('kept');
    },
    90_000,
  );

  it.skipIf(refused)(
    `a data folder without a byte left costs no event and no process (${refused ?? 'mounts'})`,
    async () => {
      const disk = mountAt(dataDir, 160);
      test = await openTestEngine({ dataDir });
      const { engine } = test;
      await prepare('one', 0, '/a');
      await prepare('two', 1, '/b');
      await pause(1_200);
      engine.deliver('go-one', null);
      await heard('one', 'RecordingStarted');
      await pause(1_500);
      disk.fill();
      // Events until the database cannot take them, a recording that cannot begin, a clip that cannot go on.
      const filling = Array.from({ length: 40 }, () => engine.deliver('go-two', 'x'.repeat(2_000)));
      expect(filling).toHaveLength(40);
      await pause(4_000);
      expect(engine.journal.stats().failure).toMatch(/SQLITE_FULL|SQLITE_IOERR/);
      expect(engine.readiness().ready).toBe(false);
      expect(engine.pipelines.list()).toHaveLength(2);
      // Whoever wants a pipeline to stop is obeyed. Where the database had a page left for that, it is stored; else it is told.
      await engine.pipelines.deactivate('two');
      expect(engine.pipelines.get('two').properties.state).toBe('inactive');
      expect(engine.readiness().checks['pipelines']).toMatch(/^ok$|^whether to run two is not stored .*(full|I\/O)/);
      const startedBefore = count('one', 'RecordingStarted');
      disk.free();
      await test.until(() => count('one', 'RecordingStarted') > startedBefore, 15_000);
      await pause(1_500);
      expect(engine.readiness()).toMatchObject({ ready: true });
      await engine.pipelines.deactivate('one');
      await engine.journal.flush();
      await pause(50);

      expectGapless();
      expect(count('one', 'StorageError')).toBeGreaterThanOrEqual(1);
      expect(test.events.filter((event) => isNamed(event, 'InputReceived'))).toHaveLength(41);
      expect(test.named('EventsLost')).toEqual([]);
      expect(count('one', 'RecordingStopped')).toBe(count('one', 'RecordingStarted'));
      const clips = clipsOf('one');
      expect(clips.length).toBeGreaterThanOrEqual(2);
      for (const clip of clips) expect((await judgeClip(clip)).frames).toBeGreaterThan(12);
      // The same folder serves the next start.
      await test.close();
      test = await openTestEngine({ dataDir });
      await test.until((events) => events.some((event) => isNamed(event, 'EngineStarted')));
      expect(test.engine.pipelines.list().map(({ properties }) => properties.state)).toEqual(['inactive', 'inactive']);
    },
    90_000,
  );

  it.skipIf(refused)(
    `a folder that is read-only is said to be, and used once it is not (${refused ?? 'mounts'})`,
    async () => {
      const disk = mountAt(join(dataDir, 'media/locked'), 80);
      test = await openTestEngine({ dataDir });
      await prepare('locked', 0, '/locked');
      disk.readOnly(true);
      await pause(1_200);
      test.engine.deliver('go-locked', null);
      await heard('locked', 'StorageError');
      const [error] = test.named('StorageError');
      expect(String(error?.data['message'])).toMatch(/read-only|EROFS/i);
      expect(error?.correlationId).toBe(test.named('InputReceived')[0]?.id);
      disk.readOnly(false);
      await heard('locked', 'RecordingStarted');
      await pause(1_500);
      await test.engine.pipelines.deactivate('locked');
      await test.engine.journal.flush();
      await pause(50);
      await expectOneWholeClip('locked');
    },
    60_000,
  );

  it.skipIf(refused)(
    `a data folder that is read-only or full from the start is refused with a reason (${refused ?? 'mounts'})`,
    async () => {
      const disk = mountAt(dataDir, 2);
      disk.readOnly(true);
      await expect(Engine.open({ dataDir })).rejects.toMatchObject({ code: expect.stringMatching(/DataDirUnusable/) });
      disk.readOnly(false);
      disk.fill();
      await expect(Engine.open({ dataDir })).rejects.toMatchObject({
        code: 'DataDirUnusable',
        hint: expect.stringContaining('space'),
      });
      disk.free();
    },
    30_000,
  );

  it('a file where the folder was is told of, and recording goes on when it is gone', async () => {
    test = await openTestEngine({ dataDir });
    await prepare('yard', 0, '/yard');
    rmSync(join(dataDir, 'media/yard'), { recursive: true });
    writeFileSync(join(dataDir, 'media/yard'), 'in the way');
    await pause(1_200);
    test.engine.deliver('go-yard', null);
    await heard('yard', 'StorageError');
    expect(String(test.named('StorageError')[0]?.data['hint'])).toContain('file is in the way');
    rmSync(join(dataDir, 'media/yard'));
    await heard('yard', 'RecordingStarted');
    await pause(1_500);
    await test.engine.pipelines.deactivate('yard');
    await test.engine.journal.flush();
    await pause(50);
    await expectOneWholeClip('yard');
  }, 60_000);

  it('no topology leads out of the data folder', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'sluice-outside-'));
    try {
      mkdirSync(join(dataDir, 'media/inner'), { recursive: true });
      symlinkSync(outside, join(dataDir, 'media/way-out'));
      test = await openTestEngine({ dataDir });
      const { engine } = test;
      for (const [index, path] of ['../../elsewhere', '/way-out', '/inner/../../x', '/way-out/deeper'].entries()) {
        const name = `Escape${index}`;
        const attempt = async () => {
          engine.topologies.set(messageToFiles({ name, baseDirectoryPath: path }));
          engine.pipelines.set(livePipeline(name, name, { rtspUrl: camera.url, input: 'go' }));
          await engine.pipelines.activate(name);
        };
        await expect(attempt(), path).rejects.toThrow(/\.\.|out of the media folder/);
      }
      // A link that appears only after the activation.
      await prepare('late', 0, '/late');
      rmSync(join(dataDir, 'media/late'), { recursive: true });
      symlinkSync(outside, join(dataDir, 'media/late'));
      await pause(1_200);
      engine.deliver('go-late', null);
      await heard('late', 'StorageError');
      expect(String(test.named('StorageError')[0]?.data['message'])).toContain('out of the media folder');
      expect(readdirSync(outside)).toEqual([]);
      expect(existsSync(join(dataDir, '..', 'elsewhere'))).toBe(false);
      expect(engine.stats().pipelines.map((each) => each.name)).toEqual(['late']);
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  }, 60_000);
});
