import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { Engine } from '../../engine/index.js';
import { isNamed, type OpenedEngine, of, openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles } from '../kit/evr.js';
import { judgeClip } from '../kit/judge-clip.js';
import { unitsCome } from '../kit/media-waits.js';
import { mountingRefused, SmallDisk } from '../kit/mounts.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { until } from '../kit/until.js';

const refused = mountingRefused();

/** A data folder, small disks in it, two cameras and an engine, for one of the tests. */
class Rig {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'sluice-disk-'));
  readonly #disks: SmallDisk[] = [];
  #camera: TestCamera | undefined;
  #test: TestEngine | undefined;

  constructor({ onTestFinished }: TestContext) {
    onTestFinished(async () => {
      await this.#test?.close();
      await this.#camera?.stop();
      for (const disk of this.#disks.reverse()) disk.remove();
      rmSync(this.dataDir, { recursive: true, force: true });
    });
  }

  get test(): TestEngine {
    if (!this.#test) throw new Error('the engine has not been started');
    return this.#test;
  }

  get url(): string {
    return this.#camera?.url ?? '';
  }

  async start(): Promise<OpenedEngine> {
    this.#camera ??= await startCamera({ scenes: ['quiet'], count: 2, gop: 1 });
    this.#test = await openTestEngine({ dataDir: this.dataDir });
    return this.#test.engine;
  }

  mountAt(path: string, mebibytes: number): SmallDisk {
    const disk = new SmallDisk(path, mebibytes);
    this.#disks.push(disk);
    return disk;
  }

  /** A pipeline that records for an hour once its input has a message. */
  async prepare(name: string, index: number, baseDirectoryPath: string): Promise<void> {
    const { engine } = this.test;
    const topology = messageToFiles({ name: `To-${name}`, minimum: 'PT1H', maximum: 'PT1H', baseDirectoryPath });
    engine.topologies.set(topology);
    const rtspUrl = String(this.#camera?.urls[index]);
    engine.pipelines.set(livePipeline(name, topology.name, { rtspUrl, input: `go-${name}` }));
    await engine.pipelines.activate(name);
    await this.test.established(name);
    await unitsCome(engine, 25, name);
  }

  count(pipeline: string, name: string): number {
    return this.test.told(pipeline, name).length;
  }

  async heard(pipeline: string, name: string, times = 1): Promise<void> {
    await this.test.until(() => this.count(pipeline, name) >= times);
  }

  /** Records a second and some more, and ends the pipelines. */
  async finish(...pipelines: string[]): Promise<void> {
    const { engine } = this.test;
    await unitsCome(engine, 38, ...pipelines);
    for (const pipeline of pipelines) await engine.pipelines.deactivate(pipeline);
    await this.test.settled();
  }

  clipsOf(pipeline: string): string[] {
    return this.test.told(pipeline, 'RecordingAvailable').map((event) => String(event.data['outputLocation']));
  }

  async expectOneWholeClip(pipeline: string): Promise<void> {
    const clips = this.clipsOf(pipeline);
    expect(clips).toHaveLength(1);
    const clip = await judgeClip(String(clips[0]));
    const gaps = clip.times.slice(1).map((time, index) => time - (clip.times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(0.061);
    expect(clip.complaints).toBe('');
  }
}

describe.concurrent('disks and folders in trouble', () => {
  it.skipIf(refused)(
    `a sink's disk that runs full stops that sink alone, until there is room (${refused ?? 'mounts'})`,
    async (context) => {
      const rig = new Rig(context);
      const disk = rig.mountAt(join(rig.dataDir, 'media/small'), 80);
      const engine = await rig.start();
      const { test } = rig;
      await rig.prepare('full', 0, '/small');
      await rig.prepare('kept', 1, '/large');
      engine.deliver('go-full', null);
      engine.deliver('go-kept', null);
      await rig.heard('full', 'RecordingStarted');
      await unitsCome(engine, 50, 'full', 'kept');
      disk.fill();
      // The clip that cannot go on, and another that cannot begin.
      await rig.heard('full', 'StorageError', 2);
      const while_ = rig.count('full', 'RecordingStarted');
      disk.free();
      await test.until(() => rig.count('full', 'RecordingStarted') > while_);
      await rig.finish('full', 'kept');

      const errors = test.events.filter((event) => isNamed(event, 'StorageError'));
      expect(errors.every(of('full'))).toBe(true);
      expect(errors.some(({ data }) => /space|free/i.test(String(data['message'])))).toBe(true);
      // What was written before is kept, and plays.
      const clips = rig.clipsOf('full');
      expect(clips.length).toBeGreaterThanOrEqual(2);
      for (const clip of clips) expect((await judgeClip(clip)).frames).toBeGreaterThan(12);
      expect(rig.count('full', 'RecordingStopped')).toBe(rig.count('full', 'RecordingStarted'));
      await rig.expectOneWholeClip('kept');
    },
  );

  it.skipIf(refused)(
    `a data folder without a byte left costs no event and no process (${refused ?? 'mounts'})`,
    async (context) => {
      const rig = new Rig(context);
      const disk = rig.mountAt(rig.dataDir, 160);
      const engine = await rig.start();
      const { test } = rig;
      await rig.prepare('one', 0, '/a');
      await rig.prepare('two', 1, '/b');
      engine.deliver('go-one', null);
      await rig.heard('one', 'RecordingStarted');
      await unitsCome(engine, 38, 'one');
      disk.fill();
      // Events until the database cannot take them, a recording that cannot begin, a clip that cannot go on.
      let delivered = 1;
      const deliver = (count: number): void => {
        for (let n = 0; n < count; n++, delivered++) engine.deliver('go-two', 'x'.repeat(2_000));
      };
      deliver(40);
      // No event can be written that tells of the clip.
      const failures = () => engine.metrics.pipeline('one', 'To-one').clipsFailed.value;
      await until('a clip that fails', () => failures() > 0);
      // Its log may have grown before, and have room in it.
      await until('the journal to fail', () => {
        if (engine.journal.stats().failure === undefined) deliver(1);
        return engine.journal.stats().failure !== undefined;
      });
      expect(engine.journal.stats().failure).toMatch(/SQLITE_FULL|SQLITE_IOERR/);
      expect(engine.readiness().ready).toBe(false);
      expect(engine.pipelines.list()).toHaveLength(2);
      // Whoever wants a pipeline to stop is obeyed. Where the database had a page left for that, it is stored; else it is told.
      await engine.pipelines.deactivate('two');
      expect(engine.pipelines.get('two').properties.state).toBe('inactive');
      expect(engine.readiness().checks['pipelines']).toMatch(/^ok$|^whether to run two is not stored .*(full|I\/O)/);
      const startedBefore = rig.count('one', 'RecordingStarted');
      disk.free();
      await test.until(() => rig.count('one', 'RecordingStarted') > startedBefore);
      await until('the engine to be ready', () => engine.readiness().ready);
      await rig.finish('one');

      const seqs = test.events.map((event) => event.seq);
      expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
      expect(rig.count('one', 'StorageError')).toBeGreaterThanOrEqual(1);
      expect(test.events.filter((event) => isNamed(event, 'InputReceived'))).toHaveLength(delivered);
      expect(test.named('EventsLost')).toEqual([]);
      expect(rig.count('one', 'RecordingStopped')).toBe(rig.count('one', 'RecordingStarted'));
      const clips = rig.clipsOf('one');
      expect(clips.length).toBeGreaterThanOrEqual(2);
      for (const clip of clips) expect((await judgeClip(clip)).frames).toBeGreaterThan(12);
      // The same folder serves the next start.
      await test.close();
      const again = await rig.start();
      await rig.test.until((events) => events.some((event) => isNamed(event, 'EngineStarted')));
      expect(again.pipelines.list().map(({ properties }) => properties.state)).toEqual(['inactive', 'inactive']);
    },
  );

  it.skipIf(refused)(
    `a folder that is read-only is said to be, and used once it is not (${refused ?? 'mounts'})`,
    async (context) => {
      const rig = new Rig(context);
      const disk = rig.mountAt(join(rig.dataDir, 'media/locked'), 80);
      const engine = await rig.start();
      const { test } = rig;
      await rig.prepare('locked', 0, '/locked');
      disk.readOnly(true);
      engine.deliver('go-locked', null);
      await rig.heard('locked', 'StorageError');
      const [error] = test.named('StorageError');
      expect(String(error?.data['message'])).toMatch(/read-only|EROFS/i);
      expect(error?.correlationId).toBe(test.named('InputReceived')[0]?.id);
      disk.readOnly(false);
      await rig.heard('locked', 'RecordingStarted');
      await rig.finish('locked');
      await rig.expectOneWholeClip('locked');
    },
  );

  it.skipIf(refused)(
    `a data folder that is read-only or full from the start is refused with a reason (${refused ?? 'mounts'})`,
    async (context) => {
      const rig = new Rig(context);
      const { dataDir } = rig;
      const disk = rig.mountAt(dataDir, 2);
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
  );

  it('a file where the folder was is told of, and recording goes on when it is gone', async (context) => {
    const rig = new Rig(context);
    const { dataDir } = rig;
    const engine = await rig.start();
    const { test } = rig;
    await rig.prepare('yard', 0, '/yard');
    rmSync(join(dataDir, 'media/yard'), { recursive: true });
    writeFileSync(join(dataDir, 'media/yard'), 'in the way');
    engine.deliver('go-yard', null);
    await rig.heard('yard', 'StorageError');
    expect(String(test.named('StorageError')[0]?.data['hint'])).toContain('no file has the name of the folder');
    rmSync(join(dataDir, 'media/yard'));
    await rig.heard('yard', 'RecordingStarted');
    await rig.finish('yard');
    await rig.expectOneWholeClip('yard');
  });

  it('the folder of all recordings is removed during a clip, and recording goes on in a new one', async (context) => {
    const rig = new Rig(context);
    const engine = await rig.start();
    await rig.prepare('yard', 0, '/yard');
    engine.deliver('go-yard', null);
    await rig.heard('yard', 'RecordingStarted');
    await unitsCome(engine, 25, 'yard');
    rmSync(join(rig.dataDir, 'media'), { recursive: true });
    await rig.heard('yard', 'RecordingStarted', 2);
    await rig.finish('yard');
    expect(rig.test.named('StorageError').map(({ data }) => data['code'])).toEqual(['fileGone']);
    await rig.expectOneWholeClip('yard');
  });

  it('no topology leads out of the data folder', async (context) => {
    const rig = new Rig(context);
    const { dataDir } = rig;
    const outside = mkdtempSync(join(tmpdir(), 'sluice-outside-'));
    try {
      mkdirSync(join(dataDir, 'media/inner'), { recursive: true });
      symlinkSync(outside, join(dataDir, 'media/way-out'));
      const engine = await rig.start();
      const { test } = rig;
      for (const [index, path] of ['../../elsewhere', '/way-out', '/inner/../../x', '/way-out/deeper'].entries()) {
        const name = `Escape${index}`;
        const attempt = async () => {
          engine.topologies.set(messageToFiles({ name, baseDirectoryPath: path }));
          engine.pipelines.set(livePipeline(name, name, { rtspUrl: rig.url, input: 'go' }));
          await engine.pipelines.activate(name);
        };
        await expect(attempt(), path).rejects.toThrow(/\.\.|out of the media folder/);
      }
      // A link that appears only after the activation.
      await rig.prepare('late', 0, '/late');
      rmSync(join(dataDir, 'media/late'), { recursive: true });
      symlinkSync(outside, join(dataDir, 'media/late'));
      engine.deliver('go-late', null);
      await rig.heard('late', 'StorageError');
      expect(String(test.named('StorageError')[0]?.data['message'])).toContain('out of the media folder');
      expect(readdirSync(outside)).toEqual([]);
      expect(existsSync(join(dataDir, '..', 'elsewhere'))).toBe(false);
      expect(engine.stats().pipelines.map((each) => each.name)).toEqual(['late']);
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });
});
