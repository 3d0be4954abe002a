import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import type { SimulatorOptions } from '../../engine/simulator/index.js';
import { isNamed, of, openTestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles, motionToFiles } from '../kit/evr.js';
import { fakeMedia } from '../kit/fake-media.js';
import { startFakeRtspServer } from '../kit/fake-rtsp-server.js';
import { judgeClip, probeClip } from '../kit/judge-clip.js';
import { unitsCome } from '../kit/media-waits.js';
import { type TestCamera, testCameras } from '../kit/rtsp-camera.js';
import { makeClip, tempFolder } from '../kit/temp-files.js';

/** Seconds from one picture that can start a file to the next. */
const GOP_S = 1;

describe.concurrent('a stream that changes while it is recorded', () => {
  const folder = tempFolder();
  afterAll(() => folder.remove());

  /** Cameras and an engine for one of the tests, which wait beside each other. */
  const start = async (onTestFinished: TestContext['onTestFinished'], cameras: SimulatorOptions[]) => {
    const running = testCameras();
    onTestFinished(running.stopCameras);
    const started = await Promise.all(cameras.map((options) => running.camera(options)));
    const test = await openTestEngine();
    onTestFinished(test.remove);
    return { cameras: started, test, engine: test.engine };
  };

  it('is whole in its clips, and judged on, through a new size, a long GOP and garbage', async ({ onTestFinished }) => {
    const busy: SimulatorOptions = { scenes: ['busy'], gop: GOP_S };
    const { cameras, test, engine } = await start(onTestFinished, [busy, busy, busy]);
    const [sized, long, noisy] = cameras as [TestCamera, TestCamera, TestCamera];
    const { told } = test;
    const record = messageToFiles({ name: 'Record', minimum: 'PT1H', maximum: 'PT1H' });
    const watch = motionToFiles({ name: 'Watch', minimum: 'PT10S', maximum: 'PT1H' });
    engine.topologies.set(record);
    engine.topologies.set(watch);
    for (const [name, { url }] of Object.entries({ sized, long, noisy })) {
      engine.pipelines.set(livePipeline(`${name}-record`, 'Record', { rtspUrl: url, input: 'go' }));
      engine.pipelines.set(livePipeline(`${name}-watch`, 'Watch', { rtspUrl: url }));
      await engine.pipelines.activate(`${name}-record`);
      await engine.pipelines.activate(`${name}-watch`);
    }
    const watches = ['sized-watch', 'long-watch', 'noisy-watch'];
    await test.established(...watches);
    await unitsCome(engine, 25, ...watches);
    engine.deliver('go', null);
    const recordedSince = Date.now();
    await unitsCome(engine, 50, ...watches);
    await sized.control({ command: 'resolution', size: '480x272' });
    await long.control({ command: 'longGop', gop: 20 });
    await noisy.control({ command: 'garbage', share: 0.02 });
    // The new size has a file of its own, and five seconds of garbage have come.
    await test.until(() => told('sized-record', 'RecordingStarted').length >= 2);
    await unitsCome(engine, 125, 'long-watch', 'noisy-watch');
    const changedAt = engine.journal.lastSeq;
    await sized.control({ command: 'resume' });
    await noisy.control({ command: 'resume' });
    await test.until(() => told('sized-record', 'RecordingStarted').length >= 3);
    await test.until((events) =>
      watches.every((name) =>
        events.some((event) => of(name)(event) && isNamed(event, 'Inference') && event.seq > changedAt),
      ),
    );
    await unitsCome(engine, 50, ...watches);
    for (const name of ['sized', 'long', 'noisy']) {
      await engine.pipelines.deactivate(`${name}-record`);
      await engine.pipelines.deactivate(`${name}-watch`);
    }
    await test.settled();
    const recordedFor = (Date.now() - recordedSince) / 1000;

    // A file holds pictures of one size; each is whole, and nothing is missing between them.
    const clips = told('sized-record', 'RecordingAvailable');
    expect(clips).toHaveLength(3);
    for (const { data } of clips) expect((await judgeClip(String(data['outputLocation']))).complaints).toBe('');
    const starts = told('sized-record', 'RecordingStarted').map(({ data }) => Date.parse(String(data['startTime'])));
    const ends = told('sized-record', 'RecordingStopped').map(({ data }) => Date.parse(String(data['endTime'])));
    for (const [index, end] of ends.slice(0, -1).entries()) {
      // A camera on a busy machine makes no picture for a while when it changes; a GOP that is missing is a second.
      expect(Math.abs((starts[index + 1] ?? 0) - end)).toBeLessThan(500);
    }
    expect(told('sized-record', 'DataDropped')).toEqual([]);

    const [longClip, ...others] = told('long-record', 'RecordingAvailable');
    expect(others).toHaveLength(0);
    const judged = await judgeClip(String(longClip?.data['outputLocation']));
    expect(judged.complaints).toBe('');
    const steps = judged.times.slice(1).map((time, index) => time - (judged.times[index] ?? 0));
    // A camera that falls behind on a busy machine: time goes on meanwhile, which is told.
    const breaks = told('long-record', 'TimestampDiscontinuity').length;
    expect(steps.filter((step) => step >= 0.5).length).toBeLessThanOrEqual(breaks);

    // Garbage in a parameter set is another stream, and so another file; it may be a short one, but never an empty one.
    let noisyFrames = 0;
    for (const { data } of told('noisy-record', 'RecordingAvailable')) {
      const location = data['outputLocation'];
      const { frames } = await probeClip(String(location));
      noisyFrames += frames;
      expect(frames).toBeGreaterThanOrEqual(1);
      expect(data['duration']).toBeGreaterThan(0);
      // What the muxer could make nothing of any more is told of; so is a picture that it dropped.
      if (data['incomplete']) continue;
      // The clip begins with a picture that can start it: at most a GOP before the signal, or two if a keyframe was damaged.
      expect(data['duration']).toBeLessThan(recordedFor + 2 * GOP_S);
      const lost = told('noisy-record', 'DataDropped')
        .filter((event) => event.data['outputLocation'] === location)
        .reduce((sum, event) => sum + Number(event.data['count']), 0);
      expect(frames).toBeGreaterThanOrEqual(Number(data['frames']) - lost);
    }
    // Some eleven seconds at 25 a second, five of them damaged.
    expect(noisyFrames).toBeGreaterThan(100);
    for (const name of watches) {
      expect(
        told(name, 'Inference').some((event) => event.seq > changedAt),
        `${name} goes on`,
      ).toBe(true);
      expect(told(name, 'RecordingAvailable').length, name).toBeGreaterThanOrEqual(1);
    }
  });

  it('is whole in its clips when only its sequence parameter sets change', async ({ onTestFinished }) => {
    const encode = (name: string, params: string) =>
      readFileSync(
        makeClip(join(folder.path, name), 2, [
          '-c:v',
          'libx264',
          '-bf',
          '0',
          '-g',
          '25',
          '-level',
          '3.0',
          '-x264-params',
          params,
        ]),
      );
    // The same size, rate, profile and level, so the same caps: only a reader of the parameter sets sees the change.
    const stream = Buffer.concat([encode('one.264', 'ref=1:qp=20'), encode('other.264', 'ref=3:qp=30')]);
    const server = await startFakeRtspServer({ media: fakeMedia(stream) });
    onTestFinished(() => server.close());
    const { test, engine } = await start(onTestFinished, []);
    const { told } = test;
    engine.topologies.set(messageToFiles({ name: 'Record', minimum: 'PT1H', maximum: 'PT1H' }));
    engine.pipelines.set(livePipeline('set', 'Record', { rtspUrl: server.url, input: 'go' }));
    await engine.pipelines.activate('set');
    await test.established('set');
    await unitsCome(engine, 25, 'set');
    engine.deliver('go', null);
    // The first and the last are cut by the recording; two whole ones lie between them.
    await test.until(() => told('set', 'RecordingStarted').length >= 4);
    await unitsCome(engine, 12, 'set');
    await engine.pipelines.deactivate('set');
    await test.settled();

    expect(told('set', 'StorageError')).toEqual([]);
    expect(told('set', 'DataDropped')).toEqual([]);
    const clips = told('set', 'RecordingAvailable');
    expect(clips.length).toBeGreaterThanOrEqual(4);
    for (const { data } of clips) {
      const judged = await judgeClip(String(data['outputLocation']));
      expect(judged.complaints).toBe('');
      expect(judged.frames).toBe(data['frames']);
      expect(judged.firstIsKeyframe).toBe(true);
      // Media time may still be put right when the camera has just begun; what plays has the camera's own.
      expect(Math.abs(judged.durationSeconds - Number(data['duration']))).toBeLessThan(0.2);
    }
    // All but the first and the last hold what lies between two changes, which is two seconds.
    expect(clips.slice(1, -1).map(({ data }) => data['frames'])).toEqual(clips.slice(1, -1).map(() => 50));
  });

  it('is recorded, and that is said, while its decoder hangs; then it is judged again', async ({ onTestFinished }) => {
    const { cameras, test, engine } = await start(onTestFinished, [{ scenes: ['quiet'], gop: 1 }]);
    const [quiet] = cameras as [TestCamera];
    const { told } = test;
    engine.topologies.set(motionToFiles({ name: 'Watch', minimum: 'PT10S', maximum: 'PT1H' }));
    engine.pipelines.set(livePipeline('quiet', 'Watch', { rtspUrl: quiet.url }));
    await engine.pipelines.activate('quiet');
    await test.established('quiet');
    await unitsCome(engine, 62, 'quiet');
    expect(told('quiet', 'RecordingStarted')).toEqual([]);
    const decoder = engine.stats().hosts.find((host) => host.role === 'decode' && host.slotsUsed > 0);
    process.kill(decoder?.pid as number, 'SIGSTOP');
    const stoppedAt = Date.now();
    await test.until(() => told('quiet', 'DetectionDegraded').length > 0);
    await test.until(() => told('quiet', 'RecordingStarted').length > 0);
    expect(Date.now() - stoppedAt).toBeLessThan(10_000);
    const [degraded] = told('quiet', 'DetectionDegraded');
    expect(told('quiet', 'RecordingStarted')[0]?.correlationId).toBe(degraded?.id);
    // The host is killed for its silence, another takes over.
    await test.until(() => told('quiet', 'DetectionRestored').length > 0);
    await test.until(() => told('quiet', 'RecordingAvailable').length > 0);
    const clip = await judgeClip(String(told('quiet', 'RecordingAvailable')[0]?.data['outputLocation']));
    expect(clip.complaints).toBe('');
    await test.settled();
    expect(told('quiet', 'DetectionDegraded')).toHaveLength(1);
  });
});
