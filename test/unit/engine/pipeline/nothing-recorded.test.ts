/** Whoever triggers a recording is told what became of it, also when there was nothing to record. */
import { describe, expect, it } from 'vitest';
import { HERE, unreached } from '../../../kit/fake-bridge.js';
import { PipelineRig } from '../../../kit/pipeline-rig.js';
import {
  fileSink,
  gate,
  hubSource,
  type Json,
  motion,
  rtspSource,
  topologyOf,
  videoSink,
} from '../../../kit/topologies.js';

const SINKS: Readonly<Record<string, () => Json>> = { FileSink: () => fileSink(), VideoSink: () => videoSink('gate') };
/** The gate's evaluation window, its longest time and its grace for media that is late. */
const WINDOW_MS = 1_000 + 30_000 + 6_000;
const STORY = ['RecordingStarted', 'RecordingStopped', 'RecordingAvailable', 'NothingRecorded', 'SignalIgnored'];

describe.each(Object.entries(SINKS))('a trigger of a %s', (_, sink) => {
  const messages = (): Json => topologyOf(hubSource(), rtspSource(), gate('hubSource', 'rtspSource'), sink());
  const motionLater = (): Json => {
    const later = { ...gate(), activationSignalOffset: 'PT5S', minimumActivationTime: 'PT15S' };
    return topologyOf(rtspSource(), motion(), later, sink());
  };
  const trigger = (rig: PipelineRig): string => {
    expect(rig.inputs.deliver('trigger', {}).delivered).toBe(1);
    return rig.journal.named('InputReceived').at(-1)!.id;
  };
  const away = (rig: PipelineRig): void => {
    rig.bridge.answer = unreached('ECONNREFUSED');
    rig.ingest.end();
  };
  const back = async (rig: PipelineRig): Promise<void> => {
    rig.bridge.answer = HERE;
    await rig.connected();
  };
  /** What is told of recordings, once they are on the disk. */
  const story = async (rig: PipelineRig): Promise<string[]> => {
    await rig.runner.deactivate('p1');
    return rig.journal.drafts.flatMap(({ eventType }) => STORY.find((name) => eventType.endsWith(`.${name}`)) ?? []);
  };
  const nothing = async (rig: PipelineRig, cause: string): Promise<void> => {
    expect(await story(rig)).toEqual(['NothingRecorded']);
    expect(rig.journal.named('NothingRecorded')).toMatchObject([{ correlationId: cause }]);
    expect(rig.bridge.muxes).toEqual([]);
  };

  it('finds nothing when the camera was never there', async () => {
    const rig = new PipelineRig();
    rig.bridge.answer = unreached('ECONNREFUSED');
    await rig.activate(messages());
    await rig.clock.run(5_000);
    const cause = trigger(rig);
    await rig.clock.run(WINDOW_MS);
    await nothing(rig, cause);
  });

  it.each([20, 300])('finds nothing when the camera has been away for %d s', async (seconds) => {
    const rig = new PipelineRig();
    await rig.running(messages());
    await rig.stream(25 * 20);
    away(rig);
    await rig.clock.run(seconds * 1000, 1000);
    const cause = trigger(rig);
    await rig.clock.run(WINDOW_MS);
    await nothing(rig, cause);
  });

  it('finds nothing when the camera comes back after its time', async () => {
    const rig = new PipelineRig();
    await rig.running(messages());
    await rig.stream(25 * 20);
    away(rig);
    await rig.clock.run(20_000);
    const cause = trigger(rig);
    await rig.clock.run(WINDOW_MS);
    await back(rig);
    await rig.stream(25 * 5);
    await nothing(rig, cause);
  });

  it('records what comes when the camera is back within its time, and nothing from before', async () => {
    const rig = new PipelineRig();
    await rig.running(messages());
    await rig.stream(25 * 20);
    away(rig);
    await rig.clock.run(20_000);
    const cause = trigger(rig);
    await rig.clock.run(3_000);
    await back(rig);
    await rig.stream(25 * 40);
    expect((await story(rig)).slice(0, 3)).toEqual(['RecordingStarted', 'RecordingStopped', 'RecordingAvailable']);
    expect(rig.journal.named('RecordingStarted')).toMatchObject([{ correlationId: cause }]);
    expect(rig.bridge.muxes).toHaveLength(1);
    expect(rig.bridge.muxes[0]!.written.length).toBeLessThan(25 * 12);
  });

  it('records what was there before the camera went away, if that was asked for', async () => {
    const rig = new PipelineRig();
    await rig.running(messages());
    await rig.stream(25 * 20);
    away(rig);
    await rig.clock.run(2_000);
    trigger(rig);
    await rig.clock.run(WINDOW_MS);
    expect(await story(rig)).toEqual(['RecordingStarted', 'RecordingStopped', 'RecordingAvailable']);
  });

  it('finds nothing when the camera goes away between a motion and the time that is to be recorded', async () => {
    const rig = new PipelineRig();
    await rig.running(motionLater());
    await rig.quiet(25 * 10);
    rig.judge({ motion: true });
    const cause = rig.journal.named('Inference')[0]!.id;
    await rig.quiet(25);
    away(rig);
    await rig.clock.run(WINDOW_MS);
    await nothing(rig, cause);
  });

  it('is told that it was cut short when the pipeline is deactivated before anything came', async () => {
    const rig = new PipelineRig();
    rig.bridge.answer = unreached('ECONNREFUSED');
    await rig.activate(messages());
    const early = trigger(rig);
    await rig.clock.run(200);
    expect(await story(rig)).toEqual(['SignalIgnored']);
    expect(rig.journal.named('SignalIgnored')).toMatchObject([{ correlationId: early, data: { reason: 'flushed' } }]);
    rig.journal.drafts.length = 0;
    await rig.activate(messages());
    const late = trigger(rig);
    await rig.clock.run(8_000);
    await nothing(rig, late);
  });
});
