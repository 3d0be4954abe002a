import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventRecord } from '../../engine/index.js';
import { type BadCamera, corpusCameras, failingCameras, refusingCameras } from '../kit/bad-cameras.js';
import { corporaMissing } from '../kit/corpora.js';
import { isNamed, of, openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles, motionToFiles } from '../kit/evr.js';
import { type FakeRtspServer, startFakeRtspServer } from '../kit/fake-rtsp-server.js';
import { judgeClip, probeClip } from '../kit/judge-clip.js';
import { liveBytes } from '../kit/live-bytes.js';
import { unitsCome } from '../kit/media-waits.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { makeClip, tempFolder } from '../kit/temp-files.js';

const folder = tempFolder();
const stream = readFileSync(
  makeClip(join(folder.path, 'bars.264'), 2, ['-c:v', 'libx264', '-g', '25', '-bf', '0', '-x264-params', 'slices=2']),
);
afterAll(() => folder.remove());

/** Any of these makes clear to the user what goes on with a camera. */
const FAILURES = ['NetworkError', 'ProtocolError', 'MediaFormatError', 'AuthenticationError', 'AuthorizationError'];
const MIB = 2 ** 20;
/** Streams of the corpora; with more, decoding them all leaves a busy machine nothing for the camera beside them. */
const AT_ONCE = 20;
const failed = (event: EventRecord): boolean => FAILURES.some((name) => isNamed(event, name));
const told = (event: EventRecord): boolean => failed(event) || isNamed(event, 'MediaSessionEstablished');

interface Story {
  name: string;
  outcome: BadCamera['outcome'] | undefined;
  events: EventRecord[];
}

describe('cameras that send nonsense, beside one that does not', () => {
  const servers: FakeRtspServer[] = [];
  let healthy: TestCamera | undefined;
  let test: TestEngine;
  let hostsBefore: (number | undefined)[] = [];

  beforeEach(async () => {
    healthy = await startCamera({ scenes: ['quiet'], gop: 1 });
    test = await openTestEngine({ settings: { 'camera.connectionsPerSecond': '50', 'hosts.camerasPerHost': '64' } });
    const { engine } = test;
    const topology = messageToFiles({ minimum: 'PT1H', maximum: 'PT1H' });
    engine.topologies.set(topology);
    engine.topologies.set(motionToFiles({ name: 'Bad', minimum: 'PT10S', maximum: 'PT10S' }));
    engine.pipelines.set(livePipeline('healthy', topology.name, { rtspUrl: healthy.url, input: 'go' }));
    await engine.pipelines.activate('healthy');
    await test.established('healthy');
    await unitsCome(engine, 25, 'healthy');
    engine.deliver('go', null);
    await test.until((events) => events.some((event) => isNamed(event, 'RecordingStarted')));
    hostsBefore = ingestPids();
  });

  afterEach(async () => {
    await test.remove();
    await healthy?.stop();
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  const ingestPids = () =>
    test.engine
      .stats()
      .hosts.filter((host) => host.role === 'ingest')
      .map((host) => host.pid);

  /** All of them at once, until `enough` resolves. @returns their events by name. */
  const endure = async (
    cameras: BadCamera[],
    enough: (told: (camera: string, what: string) => boolean) => Promise<unknown>,
  ): Promise<Story[]> => {
    const { engine } = test;
    const names = new Map<string, string>();
    for (const camera of cameras) {
      const server = await startFakeRtspServer(camera.options);
      servers.push(server);
      const pipeline = `bad${servers.length}`;
      names.set(`${camera.name} (${pipeline})`, pipeline);
      engine.pipelines.set(livePipeline(pipeline, 'Bad', { rtspUrl: server.url }));
      await engine.pipelines.activate(pipeline);
    }
    const heard = (events: EventRecord[]) =>
      [...names.values()].every((name) => events.some((event) => of(name)(event) && told(event)));
    await test.until(heard, 60_000).catch((error: unknown) => {
      const silent = [...names].filter(([, name]) => !test.events.some((event) => of(name)(event) && told(event)));
      throw new Error(`nothing was heard of ${silent.map(([name]) => name).join(', ')}`, { cause: error });
    });
    const pipelineOf = (camera: string) => [...names].find(([name]) => name.startsWith(camera))?.[1] ?? '';
    await enough((camera, what) => test.told(pipelineOf(camera), what).length > 0);
    for (const host of engine.stats().hosts) expect(host.rssBytes, host.id).toBeLessThan(500 * MIB);
    for (const name of names.values()) await engine.pipelines.deactivate(name);
    await test.settled();
    return [...names].map(([name, pipeline], index) => ({
      name,
      outcome: cameras[index]?.outcome,
      events: test.events.filter(of(pipeline)),
    }));
  };

  /** Every file that was begun has its story told to the end, and plays if it is said to. */
  const expectWholeStories = async (events: EventRecord[]): Promise<void> => {
    const named = (name: string) => events.filter((event) => isNamed(event, name));
    expect(named('RecordingStopped')).toHaveLength(named('RecordingStarted').length);
    for (const { data } of named('RecordingAvailable')) {
      const clip = await probeClip(String(data['outputLocation']));
      expect(clip.frames).toBeGreaterThan(0);
      if (data['incomplete'] !== true) expect(clip.boxes).not.toContain('moof');
    }
    expect(named('RecordingAvailable').length + named('StorageError').length).toBeGreaterThanOrEqual(
      named('RecordingStarted').length,
    );
  };

  const expectHealthyUntouched = async (): Promise<void> => {
    await test.engine.pipelines.deactivate('healthy');
    const clips = test.events.filter((event) => of('healthy')(event) && isNamed(event, 'RecordingAvailable'));
    expect(clips).toHaveLength(1);
    const { complaints, frames } = await judgeClip(String(clips[0]?.data['outputLocation']));
    expect(complaints).toBe('');
    // The camera itself may pause on a busy machine; what it sends is counted.
    expect(frames).toBe(clips[0]?.data['frames']);
    expect(test.events.filter((event) => of('healthy')(event) && isNamed(event, 'DataDropped'))).toEqual([]);
    expect(test.events.filter((event) => of('healthy')(event) && failed(event))).toEqual([]);
    expect(ingestPids()).toEqual(hostsBefore);
  };

  it('are told of when they refuse, babble or hang, and survived when their streams are damaged', async () => {
    const before = liveBytes();
    const stories = await endure([...refusingCameras(), ...failingCameras(stream)], (has) =>
      test.until(
        () =>
          has('never sends a keyframe', 'MediaFormatError') &&
          has('jumps an hour ahead and back', 'TimestampDiscontinuity') &&
          has('stalls for ever after two seconds', 'NetworkError'),
      ),
    );
    expect(liveBytes() - before).toBeLessThan(100 * MIB);
    for (const { name, outcome, events } of stories) {
      if (outcome === 'refused') {
        expect(events.some(failed), name).toBe(true);
        expect(
          events.some((event) => isNamed(event, 'RecordingStarted')),
          name,
        ).toBe(false);
      }
      await expectWholeStories(events);
    }
    const has = (name: string, event: string) =>
      stories.find((story) => story.name.startsWith(name))?.events.some((each) => isNamed(each, event));
    expect(has('never sends a keyframe', 'MediaFormatError')).toBe(true);
    expect(has('jumps an hour ahead and back', 'TimestampDiscontinuity')).toBe(true);
    expect(has('stalls for ever after two seconds', 'NetworkError')).toBe(true);
    await expectHealthyUntouched();
  }, 240_000);

  it.skipIf(corporaMissing())(
    'are survived when they play what others found to break programs',
    async () => {
      const cameras = corpusCameras(stream);
      const before = liveBytes();
      for (let at = 0; at < cameras.length; at += AT_ONCE) {
        const group = cameras.slice(at, at + AT_ONCE);
        // Three seconds of the healthy camera's media.
        const stories = await endure(group, () => unitsCome(test.engine, 75, 'healthy'));
        for (const { name, outcome, events } of stories) {
          if (outcome === 'refused')
            expect(
              events.some((event) => isNamed(event, 'RecordingStarted')),
              name,
            ).toBe(false);
          await expectWholeStories(events);
        }
      }
      expect(liveBytes() - before).toBeLessThan(100 * MIB);
      await expectHealthyUntouched();
    },
    300_000,
  );
});
