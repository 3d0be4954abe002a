import { pino } from 'pino';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { seconds } from '../../../../engine/core/time.js';
import type { RunningNode } from '../../../../engine/nodes/node-type.js';
import { defineNode } from '../../../../engine/nodes/node-type.js';
import { LivePipeline } from '../../../../engine/pipeline/live-pipeline.js';
import { nodeName, nodeType } from '../../../../engine/topology/schema/node-parts.js';
import { latest } from '../../../kit/fake-bridge.js';
import { settle } from '../../../kit/fake-clock.js';
import { PipelineRig } from '../../../kit/pipeline-rig.js';
import {
  evrTopology,
  fileSink,
  gate,
  hubSource,
  type Json,
  motion,
  rtspSource,
  topologyOf,
} from '../../../kit/topologies.js';

const SINK = '/livePipelines/p1/sinks/fileSink';

/** A source of events whose start and stop do what a test wants. */
const trouble = (running: Partial<RunningNode>) =>
  defineNode({
    type: '#Test.TroubleSource',
    family: 'source',
    schema: Type.Object({ '@type': nodeType('#Test.TroubleSource'), name: nodeName }, { additionalProperties: false }),
    provides: [{ stream: 'events', topic: 'messages' }],
    takes: [],
    settings: () => ({}),
    run: class {
      start = running.start ?? (() => {});
      stop = running.stop ?? (() => Promise.resolve());
    },
  });

const troubledTopology = (): Json =>
  topologyOf(
    { '@type': '#Test.TroubleSource', name: 'trouble' },
    rtspSource(),
    motion(),
    gate('motion', 'rtspSource', 'trouble'),
    fileSink(),
  );

describe('a live pipeline from motion to a file', () => {
  it('tells of motion and of its recording, which begins before it and carries its id', async () => {
    const rig = new PipelineRig();
    await rig.running(evrTopology());
    await rig.quiet(25 * 10);
    rig.judge({ motion: true, score: 0.5, boxes: [{ l: 0.1, t: 0.2, w: 0.3, h: 0.4 }] });
    const [inference] = rig.journal.named('Inference');
    expect(inference).toMatchObject({
      subject: '/livePipelines/p1/processors/motion',
      pipeline: 'p1',
      data: { inferences: [{ type: 'motion', motion: { box: { l: 0.1, t: 0.2, w: 0.3, h: 0.4 } } }] },
    });
    expect(inference!.eventTime).toBe(rig.session.toUtc(rig.session.ring.newest!.pts));
    await rig.quiet(25 * 14);
    // The file's folder is synced to a real disk.
    await expect.poll(() => rig.journal.named('RecordingAvailable'), { timeout: 10_000 }).toHaveLength(1);
    const told = ['RecordingStarted', 'RecordingStopped', 'RecordingAvailable'].flatMap((name) =>
      rig.journal.named(name),
    );
    expect(told).toMatchObject([
      { data: { requestedPreRoll: 'PT5S', preRollTruncated: false } },
      { data: { reason: 'minimum' } },
      { data: { frames: latest(rig.bridge.muxes).written.length } },
    ]);
    for (const event of told)
      expect(event).toMatchObject({ subject: SINK, correlationId: inference!.id, pipeline: 'p1' });
    // The motion was at unit 249; five seconds before that is unit 124, and the keyframe before that is unit 100.
    const { written, spec } = latest(rig.bridge.muxes);
    expect(written[0]).toMatchObject({ pts: 0, key: true, track: 'video' });
    expect(written).toHaveLength(249 - 100 + 1 + 250);
    expect(spec.path.startsWith(rig.dataDir)).toBe(true);
    const [clip] = rig.shelf.index.oldestOf({ pipeline: 'p1', sink: 'fileSink' }, 1);
    expect(clip).toMatchObject({ state: 'finished', pipeline: 'p1', sink: 'fileSink', correlationId: inference!.id });
    await rig.runner.deactivate('p1');
    expect(await rig.leftovers()).toEqual({});
  });

  it('says how much of the pre-roll is missing when the camera has just come', async () => {
    const rig = new PipelineRig();
    await rig.running(evrTopology());
    await rig.quiet(51);
    rig.judge({ motion: true });
    await rig.quiet(26);
    expect(rig.journal.named('RecordingStarted')).toMatchObject([
      { data: { requestedPreRoll: 'PT5S', actualPreRoll: 'PT2S', preRollTruncated: true } },
    ]);
    expect(rig.journal.named('PreRollTruncated')).toHaveLength(1);
    await rig.runner.deactivate('p1');
  });

  it('finishes the open clip before it lets go of the camera', async () => {
    const rig = new PipelineRig();
    await rig.running(evrTopology());
    await rig.quiet(250);
    rig.judge({ motion: true });
    await rig.quiet(50);
    const mux = latest(rig.bridge.muxes);
    let onDisk: (value: unknown) => void = () => {};
    mux.finishing = new Promise((resolve) => {
      onDisk = resolve;
    });
    const over = rig.runner.deactivate('p1');
    await settle();
    expect([mux.finished, rig.ingest.over, rig.cameras.sessions.length]).toEqual([true, false, 1]);
    onDisk(undefined);
    await over;
    expect(rig.journal.named('RecordingStopped')).toMatchObject([{ data: { reason: 'flushed' } }]);
    expect(rig.journal.named('RecordingAvailable')).toHaveLength(1);
    expect(await rig.leftovers()).toEqual({});
  });

  it('begins nothing when it is only made, and may be stopped without a start', async () => {
    const rig = new PipelineRig();
    const pipeline = rig.pipeline(evrTopology());
    expect(await rig.leftovers()).toEqual({});
    expect(pipeline.session).toBeUndefined();
    await pipeline.stop();
    expect(await rig.leftovers()).toEqual({});
    expect(rig.journal.drafts).toEqual([]);
  });

  it('names the camera that it reads for as long as it does', async () => {
    const rig = new PipelineRig();
    const pipeline = rig.pipeline(evrTopology());
    await pipeline.start();
    expect(pipeline.session).toBe(rig.session);
    await pipeline.stop();
    expect(pipeline.session).toBeUndefined();
  });

  it('shares a camera with other pipelines, which keep it', async () => {
    const rig = new PipelineRig();
    await rig.running(evrTopology());
    await rig.activate(evrTopology(), { name: 'p2' });
    expect([rig.cameras.sessions.length, rig.bridge.ingests.length]).toEqual([1, 1]);
    await rig.quiet(10);
    await rig.runner.deactivate('p1');
    expect([rig.ingest.over, (await rig.seriesOf('p1')).length]).toEqual([false, 0]);
    await rig.runner.deactivate('p2');
    expect(await rig.leftovers('p2')).toEqual({});
  });
});

describe('a start that fails', () => {
  const refusedFolder = (): Json => {
    const sink = fileSink();
    sink.baseDirectoryPath = '${folder}';
    const document = topologyOf(hubSource(), rtspSource(), motion(), gate('motion', 'rtspSource', 'hubSource'), sink);
    document.properties.parameters.push({ name: 'folder', type: 'String' });
    return document;
  };

  it('leaves nothing behind when the folder of a sink is refused, and can be tried again', async () => {
    const rig = new PipelineRig();
    const parameters = { folder: '/var/../../etc' };
    const activating = rig.activate(refusedFolder(), { parameters });
    await expect(activating).rejects.toMatchObject({ code: 'MediaPathRefused' });
    expect(await rig.leftovers()).toEqual({});
    await rig.activate(refusedFolder(), { parameters: { folder: '/var/media' } });
    expect(rig.inputs.deliver('trigger', {}).delivered).toBe(1);
    await rig.runner.deactivate('p1');
    expect(await rig.leftovers()).toEqual({});
  });

  it('leaves nothing behind when the URL of the camera means nothing', async () => {
    const rig = new PipelineRig();
    const parameters = { rtspUrl: 'rtsp://camera:99999/1' };
    await expect(rig.activate(evrTopology(), { parameters })).rejects.toMatchObject({ code: 'EndpointUrlInvalid' });
    expect(await rig.leftovers()).toEqual({});
    await rig.activate(evrTopology());
    await rig.runner.deactivate('p1');
    expect(await rig.leftovers()).toEqual({});
  });

  it('lets the camera go that nodes before had leased, with all that they had begun', async () => {
    let fails = true;
    const node = trouble({
      start: () => {
        if (fails) throw new Error('it does not start');
      },
    });
    const rig = new PipelineRig({ nodeTypes: [node] });
    await expect(rig.activate(troubledTopology())).rejects.toThrow('it does not start');
    expect(rig.motion.cameras).toHaveLength(1);
    expect(await rig.leftovers()).toEqual({});
    fails = false;
    await rig.running(troubledTopology());
    await rig.quiet(10);
    expect(rig.journal.named('MediaSessionEstablished')).toHaveLength(1);
    await rig.runner.deactivate('p1');
    expect(await rig.leftovers()).toEqual({});
  });

  it('is undone when a promise of a start is rejected, while the camera is streaming', async () => {
    let refuse: (error: Error) => void = () => {};
    const node = trouble({ start: () => new Promise<void>((_, reject) => (refuse = reject)) });
    const rig = new PipelineRig({ nodeTypes: [node] });
    const activating = rig.activate(troubledTopology());
    const failed = expect(activating).rejects.toThrow('too late');
    await rig.connected();
    await rig.quiet(250);
    rig.judge({ motion: true });
    await rig.quiet(50);
    expect(rig.journal.named('RecordingStarted')).toHaveLength(1);
    refuse(new Error('too late'));
    await failed;
    expect(rig.journal.named('RecordingAvailable')).toHaveLength(1);
    expect(await rig.leftovers()).toEqual({});
  });

  it('tells its own error, although undoing it fails too', async () => {
    const node = trouble({
      start: () => {
        throw new Error('it does not start');
      },
      stop: () => Promise.reject(new Error('it does not stop')),
    });
    const rig = new PipelineRig({ nodeTypes: [node] });
    await expect(rig.activate(troubledTopology())).rejects.toThrow('it does not start');
    expect(await rig.leftovers()).toEqual({});
  });
});

describe('a stop that fails', () => {
  it.each([
    ['rejects', () => Promise.reject(new Error('it does not stop'))],
    [
      'throws',
      () => {
        throw new Error('it does not stop');
      },
    ],
  ])('because a node %s keeps no other node from stopping, and is told', async (_, stop) => {
    const rig = new PipelineRig({ nodeTypes: [trouble({ stop })] });
    await rig.running(troubledTopology());
    await rig.quiet(250);
    rig.judge({ motion: true });
    await rig.quiet(50);
    await expect(rig.runner.deactivate('p1')).rejects.toThrow('it does not stop');
    expect(rig.journal.named('RecordingAvailable')).toHaveLength(1);
    expect(await rig.leftovers()).toEqual({});
    await rig.activate(troubledTopology());
    expect(rig.runner.pipelines).toHaveLength(1);
  });

  it('because of two nodes is told of the one, and the log of the other', async () => {
    const lines: string[] = [];
    const rig = new PipelineRig({
      nodeTypes: [trouble({ stop: () => Promise.reject(new Error('it does not stop')) })],
    });
    const log = pino({}, { write: (line) => lines.push(line) });
    const pipeline = new LivePipeline(rig.resolved(troubledTopology()), { ...rig.deps, log });
    await pipeline.start();
    rig.detector.close = () => Promise.reject(new Error('the slab is stuck'));
    await expect(pipeline.stop()).rejects.toThrow('it does not stop');
    expect(lines.filter((line) => line.includes('the slab is stuck'))).toHaveLength(1);
    expect(lines.join('')).not.toContain('it does not stop');
  });

  it('because the detector does not close still finishes the clip and lets the camera go', async () => {
    const rig = new PipelineRig();
    await rig.running(evrTopology());
    await rig.quiet(250);
    rig.judge({ motion: true });
    await rig.quiet(50);
    const { detector } = rig;
    detector.close = () => Promise.reject(new Error('the slab is stuck'));
    await expect(rig.runner.deactivate('p1')).rejects.toThrow('the slab is stuck');
    expect(rig.journal.named('RecordingAvailable')).toHaveLength(1);
    expect(await rig.leftovers()).toEqual({ detectors: 1 });
  });
});

it('a gate keeps no less of the past than its start, its window and what is on the way need', async () => {
  const rig = new PipelineRig();
  await rig.running(evrTopology());
  await rig.quiet(25 * 12);
  // Offset 5 s, evaluation window 1 s, detection 1.5 s, aggregation 1 s, and the GOP before that.
  expect(rig.session.ringSpan).toBeGreaterThanOrEqual(seconds(8.5));
  expect(rig.session.ringSpan).toBeLessThan(seconds(10));
  await rig.runner.deactivate('p1');
});
